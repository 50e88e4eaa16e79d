"""A form that outlives its session: nothing typed is lost, and nothing is sent by itself."""

from uuid import uuid4

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import URLPattern, resolve

from clusters import urls, wiring
from clusters.admin.history import ReadOnlyAdmin, RestoresTypedValues
from clusters.models import ClusterRequest, KeptForm
from clusters.operations.accounts import kept_forms
from clusters.views.form.form_pages import page_of_form
from tests import factories
from tests.flows.safety.forms_left_open import FORMS, KEPT, Form, filled_in, pending
from tests.flows.safety.outliving import end_sessions

pytestmark = pytest.mark.django_db

each_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)


class TestEveryForm:
    @each_form
    def test_is_shown_again_after_the_sign_in(self, form: Form) -> None:
        browser, page, action = filled_in(form)
        end_sessions()
        answer = browser.sends(action, form.typed | form.secrets)
        assert answer.status_code == 302
        assert answer["Location"].split("?next=") == [
            "/admin/login/" if "/admin/" in page else "/login/",
            page,
        ]
        browser.signs_in(form.who)
        self.stands(form, browser.get(page).content.decode())

    @each_form
    def test_is_shown_again_after_a_sign_in_in_another_tab(self, form: Form) -> None:
        browser, page, action = filled_in(form)
        before = list(ClusterRequest.objects.values())
        end_sessions()
        browser.signs_in(form.who)
        answer = browser.sends(action, form.typed | form.secrets)
        assert (answer.status_code, answer["Location"]) == (302, page)
        self.stands(form, browser.get(page).content.decode())
        assert list(ClusterRequest.objects.values()) == before

    def stands(self, form: Form, page: str) -> None:
        assert KEPT in page
        for each in form.shown:
            assert each in page
        assert "hunter2" not in page

    @each_form
    def test_is_sealed_and_without_passwords(self, form: Form) -> None:
        browser, _page, action = filled_in(form)
        end_sessions()
        browser.sends(action, form.typed | form.secrets)
        row = KeptForm.objects.get()
        owner = kept_forms.FormOwner(row.person_id, row.browser_id)
        kept = kept_forms.kept_form(
            owner=owner,
            encryptor=wiring.encryptor(),
            now=row.expires_at - kept_forms.LIFE,
        )
        assert kept is not None
        assert not form.secrets.keys() & dict(kept.fields).keys()
        assert form.typed.keys() <= dict(kept.fields).keys()
        for value in dict(kept.fields).values():
            assert len(value) < 5 or value not in row.sealed

    def test_of_an_address_that_takes_a_post_only_has_a_page(self) -> None:
        row = pending()
        olga = Client()
        olga.force_login(factories.user("olga"))
        only_post = [
            path
            for path in (address(each, row) for each in urls.urlpatterns)
            if olga.get(path).status_code == 405
        ]
        assert f"/requests/{row.id}/approve/" in only_post
        for path in only_post:
            olga.force_login(factories.user("olga"))
            request = RequestFactory().post(path)
            request.resolver_match = resolve(path)
            assert olga.get(page_of_form(request)).status_code == 200, path

    def test_of_the_admin_knows_how_to_show_it(self) -> None:
        for each in admin.site._registry.values():
            assert isinstance(each, (ReadOnlyAdmin, RestoresTypedValues)), each


def address(pattern: URLPattern, row: ClusterRequest) -> str:
    path = str(pattern.pattern).replace("<uuid:request_id>", str(row.id))
    return "/" + path.replace("<slug:name>", row.cloud_project.name)


class TestOneRequest:
    def test_is_made_of_a_form_that_was_shown_again_and_sent_twice(self) -> None:
        [ask] = [form for form in FORMS if form.name == "ask"]
        browser, page, action = filled_in(ask)
        typed = {**ask.typed, "submission_key": [str(uuid4())]}
        end_sessions()
        browser.sends(action, typed)
        browser.signs_in(ask.who)
        again = browser.opens(page)
        assert f'value="{typed["submission_key"][0]}"' in again
        first, second = browser.sends(action, typed), browser.sends(action, typed)
        [made] = ClusterRequest.objects.filter(name="kept-logs")
        url = made.get_absolute_url()
        assert (first.status_code, first["Location"]) == (302, url)
        assert (second.status_code, second["Location"]) == (302, url)

    def test_is_made_where_it_was_sent_before_the_session_ended_as_well(self) -> None:
        [ask] = [form for form in FORMS if form.name == "ask"]
        browser, page, action = filled_in(ask)
        typed = {**ask.typed, "submission_key": [str(uuid4())]}
        assert browser.sends(action, typed).status_code == 302
        end_sessions()
        browser.sends(action, typed)
        browser.signs_in(ask.who)
        browser.opens(page)
        assert browser.sends(action, typed).status_code == 302
        assert ClusterRequest.objects.filter(name="kept-logs").count() == 1
