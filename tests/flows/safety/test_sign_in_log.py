"""What the log says of sign-ins, and what it never says."""

import json
import logging
import re
from collections.abc import Iterator
from io import StringIO

import pytest
import time_machine
from django.conf import settings as the_settings
from django.test import Client
from pytest_django import Settings

from tests.factories import PASSWORD, user
from tests.flows.safety.sign_in_steps import BOBS, NOON, fail, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def written() -> Iterator[StringIO]:
    """All that reaches the log, in the form in which it leaves the process."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    formatter = dict(the_settings.LOGGING["formatters"]["line"])
    handler.setFormatter(formatter.pop("()")(**formatter))
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


@pytest.fixture(autouse=True)
def _bob() -> None:
    user("bob")


def lines(written: StringIO, event: str) -> list[dict[str, str]]:
    found = [json.loads(line) for line in written.getvalue().splitlines()]
    return [each for each in found if each["event"] == event]


def said(written: StringIO, event: str) -> list[tuple[str, str, str]]:
    return [
        (each["name"], each["address"], each["page"]) for each in lines(written, event)
    ]


class TestSignInLog:
    def test_names_who_came_in_from_where(self, written: StringIO) -> None:
        sign_in()
        assert said(written, "signin.succeeded") == [("bob", BOBS, "/login/")]

    def test_names_who_was_refused_and_who_was_limited(self, written: StringIO) -> None:
        fail(7, page="/admin/login/")
        who = ("bob", BOBS, "/admin/login/")
        assert said(written, "signin.refused") == [who] * 5
        assert said(written, "signin.limited") == [who] * 2

    def test_says_once_that_a_limit_closed(self, written: StringIO) -> None:
        fail(30)
        (closed,) = lines(written, "signin.limit_closed")
        assert (closed["kind"], closed["name"], closed["address"]) == (
            "pair",
            "bob",
            BOBS,
        )
        assert closed["until"]

    def test_says_why_a_right_password_did_not_do(self, written: StringIO) -> None:
        sign_in(page="/admin/login/")
        assert [each["why"] for each in lines(written, "signin.refused")] == [
            "not admitted"
        ]
        assert not lines(written, "signin.succeeded")

    def test_carries_the_whole_address_of_ipv6(self, written: StringIO) -> None:
        sign_in(address="2001:db8::7")
        assert said(written, "signin.succeeded")[0][1] == "2001:db8::7"

    def test_never_carries_what_was_typed_as_a_password(
        self, written: StringIO
    ) -> None:
        sign_in("bob", "Wr0ng-Horse_9")
        sign_in("bob", PASSWORD)
        assert "Wr0ng-Horse_9" not in written.getvalue()
        assert PASSWORD not in written.getvalue()

    def test_never_carries_a_name_of_no_account(self, written: StringIO) -> None:
        fail(7, name="Wr0ng-Horse_9")
        assert "Wr0ng-Horse_9" not in written.getvalue()
        names = {each[0] for each in said(written, "signin.refused")}
        assert len(names) == 1
        assert names.pop().startswith("unknown ")

    def test_hashes_names_and_addresses_where_that_is_wanted(
        self, written: StringIO, settings: Settings
    ) -> None:
        settings.SIGN_IN_LOG_HASHED = True
        fail(7)
        sign_in(address="192.0.2.2")
        assert BOBS not in written.getvalue()
        for event in ("refused", "limited", "limit_closed", "succeeded"):
            found = lines(written, f"signin.{event}")
            assert found
            assert not [each for each in found if each["name"] == "bob"]
        refused = said(written, "signin.refused")
        assert len(set(refused)) == 1  # a series of tries is still one

    def test_hashes_with_a_key(self, written: StringIO, settings: Settings) -> None:
        settings.SIGN_IN_LOG_HASHED = True
        fail(1)
        settings.SECRET_KEY = "another " * 8
        fail(1)
        assert len(set(said(written, "signin.refused"))) == 2


class TestPage:
    @time_machine.travel(NOON, tick=False)
    def test_of_a_limited_try_tells_nothing_about_the_account(self) -> None:
        fail(5)
        fail(5, name="nobody")
        pages = [
            Client().post(
                "/login/", {"username": name, "password": "x"}, REMOTE_ADDR=BOBS
            )
            for name in ("bob", "nobody")
        ]
        bobs, nobodys = (
            re.sub(rb"<code>[0-9a-f-]{36}</code>", b"", page.content) for page in pages
        )
        assert bobs == nobodys
