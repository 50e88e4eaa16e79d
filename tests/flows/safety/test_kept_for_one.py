"""A kept form is for who typed it: not for others, and no other site plants one."""

import pytest
from django.contrib.auth.models import User

from clusters.domain.states import State
from clusters.models import Decision, KeptForm
from portal.sign_in.kept_forms import MARKER_COOKIE
from portal.sign_in.page_owner import COOKIE
from tests import factories
from tests.factories import PASSWORD
from tests.flows.safety.forms_left_open import (
    COMMENT,
    IN_COMMENT,
    KEPT,
    comments,
    pending,
)
from tests.flows.safety.outliving import TOKEN, Browser, end_sessions

pytestmark = pytest.mark.django_db

IN_PAGE = 'name="comment" value="Not before the fair."'


class TestOthers:
    def test_do_not_get_it_after_they_signed_in(self, bob: Browser) -> None:
        page = comments(bob)
        factories.user("dora")
        bob.signs_in("dora")
        shown = bob.get(page).content.decode()
        assert "Not before the fair." not in shown
        bob.post("/logout/", {"csrfmiddlewaretoken": bob.cookies["csrftoken"].value})
        bob.signs_in("bob")
        assert IN_COMMENT in bob.get(page).content.decode()

    def test_do_not_get_it_when_they_signed_in_in_another_tab(
        self, bob: Browser
    ) -> None:
        row = pending()
        bob.opens(row.get_absolute_url())
        end_sessions()
        factories.user("charlie")
        bob.signs_in("charlie")
        answer = bob.sends(f"{row.get_absolute_url()}reject/", COMMENT)
        page = answer.content.decode()
        assert answer.status_code == 403
        assert "Somebody else is signed in now" in page
        assert "Not before the fair." not in page
        assert KeptForm.objects.get().person.username == "bob"

    def test_get_nothing_in_another_browser(self, bob: Browser) -> None:
        page = comments(bob)
        elsewhere = Browser("bob")
        elsewhere.cookies[MARKER_COOKIE] = "1"
        assert KEPT not in elsewhere.get(page).content.decode()

    def test_get_nothing_of_a_row_that_somebody_moved(self, bob: Browser) -> None:
        page = comments(bob)
        dora = factories.user("dora")
        KeptForm.objects.update(person=dora)
        bob.signs_in("dora")
        assert KEPT not in bob.get(page).content.decode()


def two_forms_of(browser: Browser) -> tuple[str, str]:
    """Bob sends the forms of two tabs; one is kept, the other stands on a page, returned."""
    comments(browser)
    other = factories.cluster_request(name="other", state=State.PENDING)
    action = f"{other.get_absolute_url()}reject/"
    return action, answered(browser, action)


def answered(browser: Browser, action: str) -> str:
    """Send what the page holds; returns the page that comes back, which is open then."""
    page = browser.sends(action, COMMENT).content.decode()
    browser.token = TOKEN.search(page).group(1)
    return page


class TestThePageThatHoldsIt:
    """The form of another page is kept already, so this page alone holds what was typed."""

    def test_is_taken_from_its_person(self, bob: Browser) -> None:
        action, _ = two_forms_of(bob)
        bob.signs_in("bob")
        assert IN_PAGE in answered(bob, action)
        assert bob.sends(action, COMMENT).status_code == 302

    def test_is_never_taken_from_somebody_else(self, bob: Browser) -> None:
        factories.user("dora")
        action, _ = two_forms_of(bob)
        bob.signs_in("dora")
        for _ in range(3):
            page = answered(bob, action)
            assert "in as the person who typed it" in page
            assert IN_PAGE in page
        assert not Decision.objects.exists()
        end_sessions()
        bob.signs_in("bob")
        assert IN_PAGE in answered(bob, action)
        assert bob.sends(action, COMMENT).status_code == 302
        assert Decision.objects.get().by_name == "bob"

    def test_is_kept_for_nobody_who_signed_in_since(self, bob: Browser) -> None:
        factories.user("dora")
        action, _ = two_forms_of(bob)
        bob.signs_in("dora")
        end_sessions()
        for _ in range(3):
            assert "You are signed out" in answered(bob, action)
        assert [kept.person.username for kept in KeptForm.objects.all()] == ["bob"]


class TestAnotherSite:
    """It can make a browser send what it likes, and knows no token."""

    @pytest.mark.parametrize(
        ("token", "origin"),
        [
            ("", "https://evil.test"),
            ("", "null"),
            ("", ""),
            ("x" * 64, "https://evil.test"),
            ("x" * 64, ""),
            ("x" * 32, ""),
            ("\N{SNOWMAN}", ""),
        ],
    )
    @pytest.mark.parametrize("is_signed_in", [True, False])
    def test_plants_nothing(
        self, bob: Browser, token: str, origin: str, is_signed_in: bool
    ) -> None:
        row = pending()
        if not is_signed_in:
            end_sessions()
        bob.token = token
        answer = bob.sends(f"{row.get_absolute_url()}reject/", COMMENT, origin=origin)
        assert answer.status_code == 403
        assert b"Not before the fair." not in answer.content
        assert not KeptForm.objects.exists()
        assert MARKER_COOKIE not in bob.cookies

    def test_plants_nothing_with_a_cookie_that_it_made_up(self, bob: Browser) -> None:
        row = pending()
        bob.opens(row.get_absolute_url())
        signed = bob.cookies[COOKIE].value
        end_sessions()
        for made_up in (signed[:-1], f"x{signed}", "", signed * 2):
            bob.cookies[COOKIE] = made_up
            bob.sends(f"{row.get_absolute_url()}reject/", COMMENT)
        assert not KeptForm.objects.exists()

    def test_plants_nothing_for_who_may_not_sign_in(self, bob: Browser) -> None:
        page = pending().get_absolute_url()
        bob.opens(page)
        User.objects.update(is_active=False)
        assert bob.sends(f"{page}reject/", COMMENT).status_code == 403
        assert not KeptForm.objects.exists()

    def test_reads_no_cookie(self, bob: Browser) -> None:
        comments(bob)
        for name in (COOKIE, MARKER_COOKIE):
            assert bob.cookies[name]["httponly"]
            assert bob.cookies[name]["samesite"] == "Lax"


class TestSigningInAndOut:
    def test_is_no_form_that_is_kept(self, bob: Browser) -> None:
        bob.opens("/")
        bob.sends("/logout/", {})
        bob.opens("/login/")
        bob.sends("/login/", {"username": "bob", "password": "wrong"})
        assert not KeptForm.objects.exists()

    def test_goes_on_where_the_other_tab_signed_in(self, bob: Browser) -> None:
        end_sessions()
        bob.opens("/login/?next=/requests/")
        bob.signs_in("bob")
        form = {"username": "bob", "password": PASSWORD, "next": "/requests/"}
        first = bob.sends("/login/", form)
        assert bob.get(first["Location"])["Location"] == "/requests/"

    def test_leads_nobody_elsewhere_on_that_way(self, bob: Browser) -> None:
        end_sessions()
        bob.opens("/login/")
        bob.signs_in("bob")
        first = bob.sends("/login/", {"username": "bob", "next": "//evil.test/"})
        assert bob.get(first["Location"])["Location"] == "/"

    def test_says_that_an_old_button_did_not_sign_out(self, bob: Browser) -> None:
        bob.opens("/")
        end_sessions()
        bob.signs_in("bob")
        answer = bob.sends("/logout/", {})
        assert answer["Location"] == "/"
        assert "Nothing was done" in bob.get("/").content.decode()
