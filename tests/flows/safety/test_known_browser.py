"""Who signed in with a browser before gets in with it, whatever others do to their name."""

from datetime import timedelta
from http.cookies import Morsel

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from tests.factories import PASSWORD, user
from tests.flows.safety.sign_in_steps import (
    BOBS,
    NOON,
    counted_hashes,
    fail,
    fill_address,
    sign_in,
)

pytestmark = pytest.mark.django_db

ELSEWHERE = "203.0.113.9"
COOKIE = "known_browser"


@pytest.fixture(autouse=True)
def bob() -> User:
    return user("bob")


@pytest.fixture
def browser() -> Client:
    """A browser in which Bob signed in before, and out again."""
    client = Client()
    sign_in(client=client)
    client.post("/logout/")
    return client


def cookie_of(client: Client) -> "Morsel[str]":
    return client.cookies[COOKIE]


def stolen(cookie: str) -> Client:
    """Another browser with this cookie and nothing else."""
    client = Client()
    client.cookies[COOKIE] = cookie
    return client


def close_name() -> None:
    for number in range(20):
        fail(1, address=f"198.51.100.{number}")


class TestKnownBrowser:
    def test_gets_in_while_its_address_is_closed_for_the_name(
        self, browser: Client
    ) -> None:
        fail(6)
        assert sign_in().status_code == 429
        assert sign_in(client=browser).status_code == 302

    def test_gets_in_while_the_name_is_closed(self, browser: Client) -> None:
        close_name()
        assert sign_in(address=ELSEWHERE).status_code == 429
        assert sign_in(client=browser, address=ELSEWHERE).status_code == 302

    def test_gets_in_while_the_address_is_closed(self, browser: Client) -> None:
        fill_address(100)
        assert sign_in().status_code == 429
        assert sign_in(client=browser).status_code == 302

    def test_may_fail_five_times_itself(self, browser: Client) -> None:
        with counted_hashes() as hashed:
            assert fail(7, client=browser) == [200] * 5 + [429] * 2
        assert len(hashed) == 5
        assert sign_in(client=browser).status_code == 429

    def test_counts_nothing_for_others(self, browser: Client) -> None:
        fail(6, client=browser)
        assert sign_in().status_code == 302

    def test_gives_a_thief_no_more_than_that(self, browser: Client) -> None:
        thief = stolen(cookie_of(browser).value)
        found = [
            fail(1, client=thief, address=f"198.51.100.{number}")[0]
            for number in range(7)
        ]
        assert found == [200] * 5 + [429] * 2

    def test_is_known_for_its_own_people_only(self, browser: Client) -> None:
        user("alice")
        fail(5, name="alice")
        assert sign_in("alice", client=browser).status_code == 429

    def test_is_known_for_each_who_signed_in(self, browser: Client) -> None:
        user("alice")
        sign_in("alice", client=browser)
        browser.post("/logout/")
        fail(5)
        fail(5, name="alice")
        assert sign_in("alice", client=browser).status_code == 302
        browser.post("/logout/")
        assert sign_in(client=browser).status_code == 302

    def test_is_unknown_after_the_password_changed(
        self, browser: Client, bob: User
    ) -> None:
        fail(5)
        bob.set_password("another long one 7")
        bob.save()
        answer = sign_in("bob", "another long one 7", client=browser)
        assert answer.status_code == 429

    def test_is_unknown_with_a_cookie_that_somebody_made_up(
        self, browser: Client
    ) -> None:
        fail(5)
        signed = cookie_of(browser).value
        for made_up in (signed[:-1], "x" + signed, "", "W10:1:2", signed * 2):
            assert sign_in(client=stolen(made_up)).status_code == 429

    def test_is_unknown_after_a_year(self, browser: Client) -> None:
        with time_machine.travel(NOON + timedelta(days=9000)):
            fail(5)
            client = stolen(cookie_of(browser).value)
            assert sign_in(client=client).status_code == 429


class TestCookie:
    def test_is_kept_long_and_out_of_reach(self) -> None:
        client = Client()
        sign_in(client=client)
        cookie = cookie_of(client)
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
        assert cookie["max-age"] == 365 * 24 * 3600
        assert not cookie["secure"]

    def test_is_secure_under_https(self, settings: Settings) -> None:
        settings.SESSION_COOKIE_SECURE = True
        client = Client()
        sign_in(client=client)
        assert cookie_of(client)["secure"]

    @pytest.mark.parametrize("name", ["bob", "nobody"])
    def test_is_set_for_nobody_with_a_wrong_password(self, name: str) -> None:
        client = Client()
        fail(6, name=name, client=client)
        assert COOKIE not in client.cookies

    def test_is_not_set_where_a_right_password_lets_nobody_in(self) -> None:
        client = Client()
        answer = sign_in(client=client, page="/admin/login/")  # Bob is no staff
        assert answer.status_code == 200
        assert COOKIE not in client.cookies

    def test_changes_with_the_password_and_stays_known(self, browser: Client) -> None:
        sign_in(client=browser)
        before = cookie_of(browser).value
        new = "another long one 7"
        form = {"new_password1": new, "new_password2": new, "old_password": PASSWORD}
        assert browser.post("/password/", form, REMOTE_ADDR=BOBS).status_code == 302
        browser.post("/logout/")
        fail(5)
        assert sign_in("bob", new, client=stolen(before)).status_code == 429
        assert sign_in("bob", new, client=browser).status_code == 302

    def test_stays_when_its_owner_signs_out(self, browser: Client) -> None:
        assert cookie_of(browser).value

    def test_holds_no_more_than_five_people(self, browser: Client) -> None:
        for number in range(6):
            user(f"person-{number}")
            sign_in(f"person-{number}", client=browser)
            browser.post("/logout/")
        assert len(cookie_of(browser).value) < 800
        fail(5)
        assert sign_in(client=browser).status_code == 429
