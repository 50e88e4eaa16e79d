"""Nobody guesses passwords for long, and nobody is locked out by somebody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.contrib.auth import aauthenticate, authenticate
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from clusters.domain.sign_in_limits import counted_by
from clusters.models import SignInCount
from clusters.operations.accounts.sign_in import SignInLimited, begin_try, refuse_try
from portal.sign_in.limited_backend import LimitedBackend
from tests.factories import PASSWORD, user
from tests.flows.safety.sign_in_steps import (
    counted_hashes,
    fail,
    fill_address,
    sign_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LOGINS = ["/login/", "/admin/login/"]


@pytest.fixture(autouse=True)
def bob() -> User:
    person = user("bob")
    person.is_staff = True
    person.save()
    return person


class TestNameFromAddress:
    @pytest.mark.parametrize("page", LOGINS)
    def test_may_fail_five_times(self, page: str) -> None:
        assert fail(7, page=page) == [200] * 5 + [429] * 2
        assert sign_in(page=page).status_code == 429

    def test_is_counted_over_both_logins(self) -> None:
        assert fail(3) + fail(3, page="/admin/login/") == [200] * 5 + [429]

    def test_leaves_the_same_name_elsewhere_and_others_there_alone(self) -> None:
        user("alice")
        fail(6)
        assert sign_in(address="192.0.2.2").status_code == 302
        assert sign_in("alice").status_code == 302

    def test_opens_15_minutes_after_the_first_that_counts(
        self, clock: time_machine.Traveller
    ) -> None:
        fail(5)
        clock.shift(timedelta(minutes=14, seconds=59))
        assert sign_in().status_code == 429
        clock.shift(timedelta(seconds=1))
        assert sign_in().status_code == 302

    def test_is_not_prolonged_by_tries_while_it_is_closed(
        self, clock: time_machine.Traveller
    ) -> None:
        fail(5)
        before = SignInCount.objects.order_by("key").values()
        kept = list(before)
        for _ in range(14):
            clock.shift(timedelta(minutes=1))
            fail(1)
        assert list(before.all()) == kept
        clock.shift(timedelta(minutes=1))
        assert sign_in().status_code == 302

    def test_starts_anew_after_a_right_one(self) -> None:
        for _ in range(3):
            assert fail(4) == [200] * 4
            assert sign_in().status_code == 302

    def test_counts_an_ipv6_network_as_one_address(self) -> None:
        found = [
            fail(1, address=f"2001:db8:1:2::{number:x}")[0] for number in range(1, 7)
        ]
        assert found == [200] * 5 + [429]
        assert sign_in(address="2001:db8:1:3::1").status_code == 302


class TestName:
    def test_may_fail_twenty_times_from_anywhere(self) -> None:
        found = [fail(1, address=f"192.0.2.{number}")[0] for number in range(22)]
        assert found == [200] * 20 + [429] * 2
        assert sign_in(address="203.0.113.9").status_code == 429

    def test_is_not_opened_by_its_owner_s_right_one(self) -> None:
        for number in range(19):
            fail(1, address=f"192.0.2.{number}")
        assert sign_in(address="203.0.113.9").status_code == 302
        found = [fail(1, address=f"198.51.100.{number}")[0] for number in range(2)]
        assert found == [200, 429]

    def test_counts_the_spellings_that_django_takes_for_one(self) -> None:
        # Letters of full width are the same name by NFKC; another case is another name.
        spellings = ["bob", "\uff42ob", "b\uff4fb", "bo\uff42", " bob "]
        assert [fail(1, name=each)[0] for each in spellings] == [200] * 5
        assert sign_in().status_code == 429
        assert sign_in("Bob", "wrong").status_code == 200

    def test_counts_them_for_code_that_knows_no_form(self) -> None:
        fail(5, address="")
        with pytest.raises(SignInLimited):
            authenticate(None, username="\uff42ob", password=PASSWORD)

    @pytest.mark.parametrize("name", ["nobody", "x" * 256, "x" * 100_000])
    def test_of_no_account_costs_and_counts_the_same(self, name: str) -> None:
        with counted_hashes() as hashed:
            assert fail(7, name=name) == [200] * 5 + [429] * 2
        assert hashed == ["wrong"] * 5

    @pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 256])
    def test_that_no_database_holds_is_wrong_like_any_other(self, name: str) -> None:
        with counted_hashes() as hashed:
            assert authenticate(HttpRequest(), username=name, password="wrong") is None
        assert hashed == ["wrong"]

    def test_of_somebody_who_left_counts_as_well(self, bob: User) -> None:
        User.objects.filter(pk=bob.pk).update(is_active=False)
        assert [sign_in().status_code for _ in range(6)] == [200] * 5 + [429]


class TestAddress:
    def test_may_fail_a_hundred_times_whoever_is_named(self) -> None:
        fill_address(97)
        found = [fail(1, name=f"last-{number}")[0] for number in range(5)]
        assert found == [200] * 3 + [429] * 2
        assert sign_in().status_code == 429
        assert sign_in(address="192.0.2.2").status_code == 302

    def test_is_not_opened_by_an_account_of_the_guesser(self) -> None:
        user("eve")
        fill_address(99)
        assert sign_in("eve").status_code == 302
        assert fail(1, name="one-more") + fail(1, name="last") == [200, 429]

    def test_is_never_closed_by_right_ones(self) -> None:
        assert {sign_in().status_code for _ in range(25)} == {302}
        assert not [row for row in SignInCount.objects.all() if row.failed_at]

    def test_writes_no_row_for_a_try_that_is_refused(self) -> None:
        fill_address(100)
        rows = SignInCount.objects.count()
        fail(20, name="another")
        assert SignInCount.objects.count() == rows


class TestLimitedTry:
    def test_never_hashes_a_password(self) -> None:
        fail(5)
        with counted_hashes() as hashed:
            fail(3)
            sign_in()
            sign_in(page="/admin/login/")
        assert hashed == []

    def test_is_told_when_to_come_back(self, clock: time_machine.Traveller) -> None:
        fail(5)
        clock.shift(timedelta(minutes=3, seconds=30))
        answer = sign_in()
        assert answer["Retry-After"] == str(11 * 60 + 30)
        html = " ".join(answer.content.decode().split())
        assert "Try again in 12 minutes, at " in html
        assert ">12:15</time>" in html

    def test_holds_for_code_that_does_not_wait(self) -> None:
        fail(5, address="")
        with pytest.raises(SignInLimited):
            authenticate(None, username="bob", password=PASSWORD)

    @pytest.mark.django_db(transaction=True)
    def test_holds_for_code_that_runs_on_a_loop(self) -> None:
        # In a thread of its own: tests of a browser leave a loop in this one.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(self.ask_on_a_loop).result()

    def ask_on_a_loop(self) -> None:
        ask = async_to_sync(aauthenticate)
        try:
            for _ in range(5):
                ask(None, username="bob", password="wrong")
            with pytest.raises(SignInLimited):
                ask(None, username="bob", password=PASSWORD)
        finally:
            connection.close()


class TestBackend:
    def test_asks_nobody_else_after_a_wrong_password(self) -> None:
        with counted_hashes() as hashed, pytest.raises(PermissionDenied):
            LimitedBackend().authenticate(None, username="bob", password="wrong")
        assert hashed == ["wrong"]

    def test_keeps_those_signed_in_who_came_before_it(self) -> None:
        client = Client()
        client.force_login(
            user("bob"), backend="django.contrib.auth.backends.ModelBackend"
        )
        assert client.get("/").status_code == 200


class TestRows:
    def test_do_not_grow(self) -> None:
        fail(5)
        sizes = [len(row.failed_at) for row in SignInCount.objects.all()]
        fail(50)
        assert [len(row.failed_at) for row in SignInCount.objects.all()] == sizes
        assert max(sizes) == 5

    def test_close_once_by_tries_whose_outcome_came_late(
        self, clock: time_machine.Traveller
    ) -> None:
        counted = counted_by(name="bob", account="bob", address="", browser="")
        begun = [begin_try(counted, now=timezone.now()) for _ in range(5)]
        clock.shift(timedelta(seconds=31))
        closed = [refuse_try(each, now=timezone.now()) for each in begun]
        assert [len(each) for each in closed] == [1, 0, 0, 0, 0]

    def test_hold_no_name_of_no_account(self) -> None:
        fail(1, name="my-Passw0rd")
        assert "my-Passw0rd" not in str(list(SignInCount.objects.values()))
