"""Why a form was not taken: each cause has a sentence of its own, and what helps."""

import pytest
from django.conf import settings as product
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.exceptions import SessionInterrupted
from django.middleware import csrf
from django.test import RequestFactory

from clusters.views.error_pages.handlers import bad_request
from clusters.views.error_pages.refused_posts import (
    HIDDEN,
    INCOMPLETE,
    NO_COOKIE,
    OUT_OF_DATE,
    fault_of,
)
from tests import factories
from tests.factories import PASSWORD
from tests.flows.safety.outliving import ORIGIN, Browser

pytestmark = pytest.mark.django_db

FORM = {"username": "alice", "password": PASSWORD}
SECURE = "https://testserver"


def refused(browser: Browser, *, origin: str = ORIGIN, **headers: str) -> str:
    """Send the sign-in; returns the page that says why it was not taken."""
    answer = browser.sends("/login/", FORM, origin=origin, **headers)
    assert answer.status_code == 403
    return answer.content.decode()


def refused_securely(**headers: str) -> str:
    browser = Browser()
    browser.get("/login/", secure=True)
    answer = browser.post("/login/", FORM, headers=headers, secure=True)
    assert answer.status_code == 403
    return answer.content.decode()


@pytest.fixture
def browser() -> Browser:
    factories.user("alice")
    browser = Browser()
    browser.opens("/login/")
    return browser


class TestASignIn:
    @pytest.mark.parametrize("origin", ["null", "https://", "://", "http://["])
    def test_is_told_that_the_browser_hides_its_origin(
        self, browser: Browser, origin: str
    ) -> None:
        page = refused(browser, origin=origin)
        assert str(HIDDEN.title) in page
        assert "open for too long" not in page

    @pytest.mark.parametrize("origin", [SECURE, "http://testserver:8080"])
    def test_is_told_that_the_portal_is_set_up_for_another_address(
        self, browser: Browser, origin: str
    ) -> None:
        page = refused(browser, origin=origin)
        assert "The portal is set up for another address" in page
        assert origin in page
        assert "PUBLIC_URL" in page

    def test_is_told_so_where_a_proxy_changes_the_host(self, browser: Browser) -> None:
        headers = {"Sec-Fetch-Site": "same-origin"}
        page = refused(browser, origin="https://portal.example.com", **headers)
        assert "The portal is set up for another address" in page

    @pytest.mark.parametrize("site", ["", "cross-site", "same-site"])
    def test_is_told_that_it_comes_from_elsewhere(
        self, browser: Browser, site: str
    ) -> None:
        headers = {"Sec-Fetch-Site": site}
        page = refused(browser, origin="https://evil.test", **headers)
        assert "This form comes from another address" in page
        assert "https://evil.test" in page
        assert product.PUBLIC_URL.geturl() in page

    def test_shows_an_origin_as_text_and_short(self, browser: Browser) -> None:
        page = refused(browser, origin="https://<b>x</b>" + "y" * 300)
        assert "<b>x" not in page
        assert "y" * 121 not in page

    def test_is_told_that_there_is_no_cookie(self, browser: Browser) -> None:
        browser.cookies.clear()
        assert str(NO_COOKIE.title) in refused(browser)

    @pytest.mark.parametrize("token", ["", "short", "-" * 64])
    def test_is_told_that_the_token_is_damaged(
        self, browser: Browser, token: str
    ) -> None:
        browser.token = token
        assert str(INCOMPLETE.title) in refused(browser)

    def test_is_told_that_the_page_is_out_of_date(self, browser: Browser) -> None:
        browser.token = "x" * 64
        page = refused(browser)
        assert str(OUT_OF_DATE.title) in page
        assert 'name="username" value="alice"' in page
        assert PASSWORD not in page

    def test_is_told_that_nothing_says_where_it_comes_from(self) -> None:
        assert str(HIDDEN.title) in refused_securely()
        assert str(HIDDEN.title) in refused_securely(Referer="nonsense")

    def test_is_told_that_the_page_had_no_https(self) -> None:
        page = refused_securely(Referer="http://testserver/login/")
        assert "This page was opened without https" in page

    def test_is_told_that_a_referer_is_elsewhere(self) -> None:
        page = refused_securely(Referer="https://evil.test/x")
        assert "This form comes from another address" in page


class TestEveryReason:
    def test_of_django_has_words(self) -> None:
        reasons = {
            name: value for name, value in vars(csrf).items() if name[:6] == "REASON"
        }
        headers = {"Origin": "https://evil.test", "Referer": "https://evil.test/x"}
        request = RequestFactory().post("/", headers=headers)
        said = {
            name: str(fault_of(request, value).title) for name, value in reasons.items()
        }
        elsewhere, hidden = "This form comes from another address", str(HIDDEN.title)
        assert said == {
            "REASON_BAD_ORIGIN": elsewhere,
            "REASON_BAD_REFERER": elsewhere,
            "REASON_NO_REFERER": hidden,
            "REASON_MALFORMED_REFERER": hidden,
            "REASON_INSECURE_REFERER": "This page was opened without https",
            "REASON_NO_CSRF_COOKIE": str(NO_COOKIE.title),
            "REASON_CSRF_TOKEN_MISSING": str(INCOMPLETE.title),
            "REASON_INCORRECT_LENGTH": str(INCOMPLETE.title),
            "REASON_INVALID_CHARACTERS": str(INCOMPLETE.title),
        }


class TestWhatWasTyped:
    def test_is_kept_where_the_page_proves_whose_it_is(self) -> None:
        factories.user("bob")
        bob = Browser("bob")
        row = factories.cluster_request()
        bob.opens(row.get_absolute_url())
        path = f"{row.get_absolute_url()}reject/"
        answer = bob.sends(path, {"comment": "Not before."}, origin="null")
        page = answer.content.decode()
        assert answer.status_code == 403
        assert str(HIDDEN.title) in page
        assert "What you typed is kept for an hour" in page
        assert f'href="{row.get_absolute_url()}"' in page
        assert ">Not before.</textarea>" in bob.opens(row.get_absolute_url())


class TestAnAddressOfNobody:
    def test_is_told_where_the_portal_is(self, browser: Browser) -> None:
        answer = browser.get("/", headers={"host": "portal.example.com<b>"})
        page = answer.content.decode()
        assert answer.status_code == 400
        assert "The portal does not know this address" in page
        assert "portal.example.com&lt;b&gt;" in page
        assert product.PUBLIC_URL.geturl() in page
        assert "ALLOWED_HOSTS" in page


class TestASessionThatEndsInTheMiddle:
    def test_is_named(self, rf: RequestFactory) -> None:
        request = rf.post("/")
        request.user = AnonymousUser()
        answer = bad_request(request, SessionInterrupted("gone"))
        assert answer.status_code == 400
        page = answer.content.decode()
        assert "Your session ended before this was done" in page
        assert "check whether it was done" in page
