"""A read-only database: pages are shown, and what was typed is kept on a page."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from pytest_django import Settings

from clusters.domain.states import State
from clusters.forms.groups.security import PASSWORDS
from clusters.models import ClusterRequest
from tests import factories
from tests.factories import PASSWORD
from tests.flows.broken_ground.posts import (
    KEY,
    POSTS,
    Post,
    asking,
    decision,
    project,
    row_in,
)
from tests.read_only import read_only

# PostgreSQL lets nobody write again in a transaction that was read-only.
pytestmark = pytest.mark.django_db(transaction=True)

_STORAGES = "django.contrib.messages.storage"
PAGES = (
    "/",
    "/requests/",
    "/requests/?q=logs",
    "/requests/new/",
    "/approvals/",
    "/clusters/",
    "/operate/",
    "/audit/",
    "/password/",
    "/admin/",
    "/admin/clusters/clusterrequest/",
    "/admin/auth/user/",
)


def as_root() -> Client:
    """Return the browser of somebody who may do everything, with a check for CSRF."""
    root = factories.user("root")
    User.objects.filter(pk=root.pk).update(is_superuser=True, is_staff=True)
    client = Client(enforce_csrf_checks=True)
    client.force_login(root)
    return client


def with_token(client: Client, fields: dict[str, Any]) -> dict[str, Any]:
    page = client.get("/password/" if "sessionid" in client.cookies else "/login/")
    return {**fields, "csrfmiddlewaretoken": page.context["csrf_token"]}


def hidden(page: HttpResponse) -> dict[str, list[str]]:
    """Return what the page would send again."""
    found: dict[str, list[str]] = {}
    field = r'<input type="hidden" name="([^"]*)" value="([^"]*)"'
    for name, value in re.findall(field, page.content.decode()):
        found.setdefault(unescape(name), []).append(unescape(value))
    return found


class TestEveryPost:
    @pytest.mark.parametrize("prepare", POSTS, ids=lambda prepare: prepare.__name__)
    def test_is_answered_by_a_page_that_sends_it_again(
        self, prepare: Callable[[], Post], caplog: pytest.LogCaptureFixture
    ) -> None:
        root = as_root()
        path, fields = prepare()
        sent = with_token(root, fields)
        with read_only():
            page = root.post(path, sent)
        html = page.content.decode()
        assert page.status_code == 503
        assert page["Retry-After"]
        assert "cannot be saved now" in html
        kept = hidden(page)
        if fields:
            assert len(kept.pop("csrfmiddlewaretoken")[0]) == 64
        assert kept == {
            name: value if isinstance(value, list) else [value]
            for name, value in fields.items()
            if name not in PASSWORDS  # no page repeats one, not even an empty one
        }
        assert "Traceback" not in html + caplog.text
        assert "database.unavailable" in caplog.text


class TestSendingAgain:
    def test_keeps_one_request_however_often(self) -> None:
        root = as_root()
        path, fields = asking()
        with read_only():
            page = root.post(path, with_token(root, fields))
            again = root.post(path, hidden(page))
            assert hidden(again)["submission_key"] == [KEY]
        first = root.post(path, hidden(again))
        second = root.post(path, hidden(page))
        row = ClusterRequest.objects.get()
        assert first["Location"] == second["Location"] == row.get_absolute_url()
        assert row.reason == fields["reason"][0]

    def test_decides_as_the_first_time_would_have(self) -> None:
        root = as_root()
        path, fields = decision()
        with read_only():
            page = root.post(path, with_token(root, fields))
        assert root.post(path, hidden(page)).status_code == 302
        row = ClusterRequest.objects.get()
        assert row.state == State.APPROVED
        assert row.decisions.get().comment == "Fine\nwith me"


class TestSigningIn:
    @pytest.mark.parametrize("path", ["/login/?next=/clusters/", "/admin/login/"])
    def test_says_in_a_sentence_that_nobody_can(
        self, path: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        factories.user("alice")
        form = {"username": "alice", "password": PASSWORD, "next": "/clusters/"}
        with read_only():
            page = Client().post(path, form)
        html = page.content.decode()
        assert page.status_code == 503
        assert "Nobody can sign in now" in html
        assert PASSWORD not in html
        assert hidden(page)["username"] == ["alice"]
        assert "Passwords are not kept" in html
        assert "Traceback" not in caplog.text
        assert PASSWORD not in caplog.text


class TestASession:
    def test_that_cannot_be_saved_after_a_post_is_no_bad_request(
        self, settings: Settings
    ) -> None:
        settings.ROOT_URLCONF = __name__
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.force_login(factories.user("alice"))
        sent = with_token(client, {"comment": "Kept"})
        with read_only():
            page = client.post("/remembers/", sent)
        assert page.status_code == 503
        assert hidden(page)["comment"] == ["Kept"]


def _remember(request: HttpRequest) -> HttpResponse:
    request.session["seen"] = True
    return HttpResponse("done")


urlpatterns = [path("remembers/", _remember), path("", include("portal.urls"))]
handler500 = "clusters.views.error_pages.handlers.server_error"


class TestReading:
    def test_goes_on(self) -> None:
        root = as_root()
        row = row_in(State.ACTIVE)
        with read_only():
            for path in (*PAGES, row.get_absolute_url()):
                assert root.get(path, follow=True).status_code == 200, path

    def test_goes_on_with_a_message_that_is_shown_only_now(
        self, settings: Settings
    ) -> None:
        # Where Django keeps those that are too long for a cookie.
        settings.MESSAGE_STORAGE = f"{_STORAGES}.session.SessionStorage"
        root = as_root()
        project()
        sent = with_token(root, {"cloud_project": "demo"})
        root.post("/requests/new/refresh/", sent)
        with read_only():
            page = root.get("/requests/new/")
        assert page.status_code == 200
        assert "are being read again" in page.content.decode()

    def test_goes_on_while_a_form_is_filled_in(self) -> None:
        root = as_root()
        path, fields = asking()
        sent = with_token(root, fields)
        with read_only():
            page = root.post(path, sent, headers={"hx-request": "true"})
        assert page.status_code == 200

    def test_is_what_readyz_says(self) -> None:
        root = as_root()
        assert root.get("/readyz").json()["database"] == "ok"
        with read_only():
            answer = root.get("/readyz")
            assert answer.status_code == 503
            assert answer.json()["database"] == "read-only"
            assert answer.json()["status"] == "down"
        assert root.get("/readyz").json()["database"] == "ok"
