"""What pages and mails show in place of an erased name."""

from typing import Any

import pytest
from django.core import mail as outbox
from django.core.management import call_command
from django.urls import reverse

from clusters.models import Cluster, ClusterRequest, Decision, Event
from clusters.models.erased_names import know_pseudonyms, shown_name
from clusters.operations.requests.decide import reject_request
from tests.factories import submitted, user
from tests.flows.audit.erasing import LATER, live
from tests.flows.decide.pages import as_person, url_of
from tests.flows.operations.test_mail import person, send_all

pytestmark = pytest.mark.django_db


def erase_name(name: str) -> str:
    """Return what pages show from now on."""
    erased = user(name)
    user("olga")
    call_command("erase_person", name, by="olga", comment="Asked for.")
    erased.refresh_from_db()
    return erased.username.replace("erased-", "erased person ")


def html_of(name: str, **headers: str) -> str:
    row = ClusterRequest.objects.get(name=name)
    return as_person("olga").get(url_of(row), headers=headers).content.decode()


class TestPage:
    @pytest.mark.parametrize("request_name", ["handed-over", "handed-over-long-ago"])
    def test_of_a_request_shows_who_was_erased(self, request_name: str) -> None:
        live()
        shown = erase_name("alice")
        page = html_of(request_name)
        assert f"from {shown} to charlie" in page
        assert page.count(shown) == 2  # whoever asked, and the hand-over
        assert "alice" not in page

    def test_of_a_request_shows_an_erased_requester_and_approver(self) -> None:
        live()
        shown = erase_name("alice")
        assert f"requested by {shown}" in html_of("hers")
        assert f"approved by {shown}" in html_of("of-another")

    def test_speaks_chinese(self) -> None:
        live()
        shown = erase_name("alice")
        page = html_of("hers", accept_language="zh-hans")
        assert f"已删除的用户{shown.removeprefix('erased person ')}" in page

    def test_of_all_requests_finds_and_filters_by_the_pseudonym(self) -> None:
        live()
        shown = erase_name("alice")
        digits = shown.removeprefix("erased person ")
        for query in ({"q": digits}, {"requester": f"erased-{digits}"}):
            page = as_person("olga").get(reverse("request-list"), query)
            assert shown in page.content.decode()

    def test_of_the_admin_shows_who_was_erased(
        self, client: Any, admin_user: Any
    ) -> None:
        live()
        shown = erase_name("alice")
        client.force_login(admin_user)
        page = client.get(reverse("admin:clusters_event_changelist"))
        assert shown in page.content.decode()
        event = Event.objects.get(kind="hand_over", format=2)
        page = client.get(reverse("admin:clusters_event_change", args=[event.pk]))
        assert f"from: {shown}, to: charlie" in page.content.decode()

    @pytest.mark.parametrize("model", [ClusterRequest, Cluster, Decision])
    def test_of_the_admin_with_copied_names_shows_who_was_erased(
        self, client: Any, admin_user: Any, model: Any
    ) -> None:
        live()
        shown = erase_name("alice")
        erased = shown.replace("erased person ", "erased-")
        client.force_login(admin_user)
        lists = f"admin:clusters_{model._meta.model_name}_changelist"
        pages = [client.get(reverse(lists), {"o": "3"}).content.decode()]
        for row in model.objects.all():
            page = reverse(
                f"admin:clusters_{model._meta.model_name}_change", args=[row.pk]
            )
            pages.append(client.get(page).content.decode())
        html = "".join(pages)
        assert shown in pages[0]
        assert html.count(f">{shown}</a>") == 1  # the key, as a link to the account
        assert erased not in html

    def test_of_all_people_in_the_admin_shows_who_was_erased(
        self, client: Any, admin_user: Any
    ) -> None:
        live()
        shown = erase_name("alice")
        client.force_login(admin_user)
        page = client.get(reverse("admin:auth_user_changelist")).content.decode()
        assert f">{shown}</a>" in page
        assert shown.replace("erased person ", "erased-") not in page

    def test_asks_for_no_name_where_none_was_erased(
        self, django_assert_num_queries: Any
    ) -> None:
        live()
        events = list(Event.objects.all())
        with django_assert_num_queries(0):
            know_pseudonyms(events)
        erase_name("alice")
        events = list(Event.objects.all())
        with django_assert_num_queries(1):
            know_pseudonyms(events)


class TestMail:
    def test_names_no_erased_approver(self) -> None:
        row = submitted(requester=person("alice"))
        reject_request(row, approver=user("bob"), comment="Too large.", now=LATER)
        shown = erase_name("bob")
        send_all()
        (message,) = outbox.outbox
        assert f"in the words of {shown}" in message.body


class TestName:
    @pytest.mark.parametrize(
        "name", ["erased-", "erased-3f2", "erased-xyzw", "Erased-3f2a", "erased-3f2a "]
    )
    def test_of_somebody_else_is_shown_as_it_is(self, name: str) -> None:
        assert shown_name(name) == name
