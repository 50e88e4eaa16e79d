"""The page that holds what was typed, for whenever it could not be taken."""

import base64
import hashlib
import re

import pytest
from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from django.test import Client, RequestFactory
from django.urls import include, path

from clusters.views.error_pages import typed
from clusters.views.error_pages.faults import SERVER_ERROR
from clusters.views.error_pages.refused_posts import SIGNED_OUT
from clusters.views.error_pages.typed import send_again, typed_fields

ADDRESS = "/requests/new/?cloud_project=demo"


def posted(data: object = None, **headers: str) -> HttpRequest:
    return RequestFactory(headers=headers).post(ADDRESS, data or {})


def html_of(request: HttpRequest) -> str:
    return send_again(request, SERVER_ERROR).content.decode()


def hidden(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)


def links(page: str) -> list[str]:
    return re.findall(r'<a class="button"[^>]*>([^<]*)</a>', page)


class TestTypedFields:
    def test_are_in_order_with_each_of_a_repeated_name(self):
        zones = {
            "name": "logs",
            "zones": ["a", "b"],
            "reason": "one\r\ntwo",
            "empty": "",
        }
        assert typed_fields(posted(zones)) == [
            ("name", "logs"),
            ("zones", "a"),
            ("zones", "b"),
            ("reason", "one\r\ntwo"),
            ("empty", ""),
        ]

    @pytest.mark.parametrize(
        "name",
        [
            "csrfmiddlewaretoken",
            "password",
            "old_password",
            "new_password1",
            "new_password2",
            "password1",
            "admin_password",
            "admin_password_again",
            "cloudproject-0-Password",
            "sealed_password",
        ],
    )
    def test_hold_no_token_and_no_password(self, name):
        assert typed_fields(posted({name: "hunter2", "name": "x"})) == [("name", "x")]

    def test_hold_what_only_says_where_a_password_comes_from(self):
        kept = {"password_source": "generate", "usable_password": "true"}
        assert dict(typed_fields(posted(kept))) == kept

    def test_are_none_of_a_form_that_is_larger_than_any_of_ours(self):
        most = typed.MOST_BYTES - len("reason")
        assert typed_fields(posted({"reason": "x" * most}))
        assert typed_fields(posted({"reason": "x" * (most + 1)})) == []

    def test_count_the_bytes_that_are_sent(self):
        assert typed_fields(posted({"reason": "集" * 40_000})) == []

    def test_are_none_of_a_body_that_cannot_be_read(self):
        request = RequestFactory().post(
            ADDRESS, b"--x", content_type="multipart/form-data"
        )
        assert typed_fields(request) == []


class TestThePage:
    def test_holds_each_field_and_shows_it_and_has_a_token(self):
        page = html_of(posted({"name": "logs", "reason": '<b>"why"</b>\n&'}))
        (token_name, token), *fields = hidden(page)
        assert token_name == "csrfmiddlewaretoken"
        assert len(token) == 64
        assert fields == [
            ("name", "logs"),
            ("reason", "&lt;b&gt;&quot;why&quot;&lt;/b&gt;\n&amp;"),
        ]
        assert "<dt>Name</dt>" in page
        assert ">logs</span>" in page
        assert "Send again" in page
        assert str(SERVER_ERROR.title) in page

    def test_has_a_token_that_is_taken(self):
        request = posted({"name": "logs"})
        page = html_of(request)
        again = RequestFactory().post(ADDRESS, dict(hidden(page)))
        again.COOKIES["csrftoken"] = request.META["CSRF_COOKIE"]
        check = CsrfViewMiddleware(lambda _: None)
        check.process_request(again)
        assert check.process_view(again, lambda _: None, (), {}) is None

    def test_shows_no_key_that_a_page_filled_in(self):
        page = html_of(posted({"submission_key": "0190-key", "name": "x"}))
        assert ("submission_key", "0190-key") in hidden(page)
        assert ">0190-key<" not in page

    def test_names_fields_of_the_admin_by_their_words(self):
        page = html_of(posted({"iam_url": "https://iam.test", "unknown": "x"}))
        assert "<dt>IAM address</dt>" in page
        assert "<dt>unknown</dt>" in page

    def test_says_that_a_password_has_to_be_typed_again(self):
        page = html_of(posted({"username": "alice", "password": "hunter2"}))
        assert "hunter2" not in page
        assert "Passwords are not kept" in page
        assert "Passwords are not kept" not in html_of(posted({"username": "alice"}))

    def test_says_that_too_much_cannot_be_kept(self):
        page = html_of(posted({"reason": "x" * 200_000}))
        assert "too large to be kept" in page
        assert "Send again" not in page
        assert str(SERVER_ERROR.sentence) not in page

    def test_leads_nowhere_else_while_it_holds_something(self):
        assert links(html_of(posted({"name": "logs"}))) == []
        assert links(html_of(posted())) == [str(SERVER_ERROR.link)]

    def test_leads_to_a_new_tab_where_it_has_to_stay(self):
        page = send_again(posted({"name": "logs"}), SIGNED_OUT).content.decode()
        assert links(page) == [str(SIGNED_OUT.link)]
        assert 'target="_blank"' in page

    def test_asks_no_database(self):
        # Nothing here is marked django_db: whoever asks one, fails.
        request = posted({"name": "x"}, accept_language="zh-hans")
        page = html_of(request)
        assert '<html lang="zh-hans">' in page

    def test_brings_its_style_and_a_policy_that_allows_it(self, settings):
        settings.ROOT_URLCONF = __name__
        answer = Client().post("/x/", {"name": "x"})
        style = re.search(r"<style>(.*?)</style>", answer.content.decode(), re.S)
        assert style
        assert "--ink" in style[1]
        digest = hashlib.sha256(style[1].encode()).digest()
        allowed = f"style-src 'self' 'sha256-{base64.b64encode(digest).decode()}'"
        assert allowed in answer["Content-Security-Policy"]


def _view(request: HttpRequest) -> object:
    return send_again(request, SERVER_ERROR)


urlpatterns = [path("x/", _view), path("", include("clusters.urls"))]
