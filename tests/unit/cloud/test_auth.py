"""The token of a call: few logins, early renewal, no login after a refused one."""

import threading
from datetime import datetime, timedelta

import pytest
from requests import PreparedRequest, Request

from clusters.cloud.errors import CloudUnavailable, SignInPaused, SignInRefused
from clusters.cloud.huawei.auth import MemoryTokenStore, TokenAuth
from clusters.cloud.types import Token
from tests.unit.cloud.test_responses import NOON


def token(value: str = "MIIa", *, hours: float = 24.0, now: datetime = NOON) -> Token:
    return Token(
        value=value,
        issued_at=now,
        expires_at=now + timedelta(hours=hours),
        project_id="p1",
    )


class Iam:
    """Stands for the login: returns tokens or raises errors, in the given order."""

    def __init__(self, *script: Token | Exception) -> None:
        self.logins = 0
        self._script = list(script)

    def __call__(self) -> Token:
        self.logins += 1
        answer = self._script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def auth(
    store: MemoryTokenStore, iam: Iam, *, now: datetime = NOON, margin: float = 300.0
) -> TokenAuth:
    return TokenAuth(store=store, sign_in=iam, margin_seconds=margin, clock=lambda: now)


def store_with(old: Token) -> MemoryTokenStore:
    store = MemoryTokenStore()
    store.renew(lambda: old, stale=None)
    return store


class TestMemoryTokenStore:
    def test_makes_one_login_for_many_that_ask_at_once(self) -> None:
        store = MemoryTokenStore()
        all_are_here = threading.Barrier(16)
        iam = Iam(token())
        found: list[Token] = []

        def ask() -> None:
            all_are_here.wait(60)
            found.append(store.renew(iam, stale=None))

        threads = [threading.Thread(target=ask) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        assert iam.logins == 1
        assert found == [token()] * 16

    def test_uses_the_token_that_another_thread_stored(self) -> None:
        store = store_with(token("MIIfresh"))
        iam = Iam()

        assert store.renew(iam, stale=token("MIIold")).value == "MIIfresh"
        assert iam.logins == 0

    def test_drops_only_the_token_that_it_keeps(self) -> None:
        store = store_with(token("MIIfresh"))

        store.drop(token("MIIold"))
        assert store.current() == token("MIIfresh")
        store.drop(token("MIIfresh"))
        assert store.current() is None

    def test_makes_no_login_after_a_refused_one(self) -> None:
        store = MemoryTokenStore()
        iam = Iam(SignInRefused("wrong", code="IAM.0062", status=401), token())

        with pytest.raises(SignInRefused):
            store.renew(iam, stale=None)
        with pytest.raises(SignInPaused, match="wrong") as paused:
            store.renew(iam, stale=None)

        assert iam.logins == 1
        assert (paused.value.code, paused.value.status) == ("IAM.0062", 401)

    def test_signs_in_again_after_iam_was_out_of_reach(self) -> None:
        store = MemoryTokenStore()
        iam = Iam(CloudUnavailable("down"), token())
        with pytest.raises(CloudUnavailable):
            store.renew(iam, stale=None)

        assert store.renew(iam, stale=None) == token()

    def test_gives_up_waiting_for_the_login_of_another_thread(self) -> None:
        store = MemoryTokenStore(wait_seconds=0.01)
        started, done = threading.Event(), threading.Event()

        def slow() -> Token:
            started.set()
            done.wait(60)
            return token()

        other = threading.Thread(
            target=store.renew, args=(slow,), kwargs={"stale": None}
        )
        other.start()
        started.wait(60)
        try:
            with pytest.raises(CloudUnavailable):
                store.renew(Iam(), stale=None)
        finally:
            done.set()
            other.join(60)

        assert store.current() == token()


class TestTokenAuth:
    def test_puts_the_stored_token_on_the_request(self) -> None:
        request: PreparedRequest = Request(
            "GET", "https://css.test/", auth=auth(store_with(token()), Iam())
        ).prepare()

        assert request.headers["X-Auth-Token"] == "MIIa"

    @pytest.mark.parametrize(
        ("life_hours", "margin", "age", "renews"),
        [
            (24, 300, timedelta(hours=23, minutes=54), False),
            (24, 300, timedelta(hours=23, minutes=56), True),
            (24, 36_000, timedelta(hours=21, minutes=30), False),
            (24, 36_000, timedelta(hours=21, minutes=37), True),
            (1 / 60, 300, timedelta(seconds=53), False),
            (1 / 60, 300, timedelta(seconds=55), True),
            (24, 0, timedelta(hours=23, minutes=59), False),
            (24, 0, timedelta(hours=24), True),
        ],
    )
    def test_renews_when_less_than_the_margin_or_a_tenth_is_left(
        self, life_hours: float, margin: float, age: timedelta, renews: bool
    ) -> None:
        now = NOON + age
        iam = Iam(token("MIIb", now=now))

        auth(store_with(token(hours=life_hours)), iam, now=now, margin=margin).token()

        assert iam.logins == int(renews)

    def test_uses_one_token_for_the_whole_call(self) -> None:
        store = store_with(token())
        call = auth(store, Iam())
        first = call.token()
        store.drop(first)

        assert call.token() is first

    @pytest.mark.parametrize("error", [CloudUnavailable("down"), SignInPaused("off")])
    def test_uses_a_token_that_is_still_valid_when_no_login_works(
        self, error: Exception
    ) -> None:
        now = NOON + timedelta(hours=23, minutes=58)

        assert auth(store_with(token()), Iam(error), now=now).token() == token()

    def test_does_not_use_an_expired_token(self) -> None:
        now = NOON + timedelta(hours=24)

        with pytest.raises(CloudUnavailable):
            auth(store_with(token()), Iam(CloudUnavailable("down")), now=now).token()

    def test_does_not_hide_that_a_login_was_refused(self) -> None:
        now = NOON + timedelta(hours=23, minutes=58)

        with pytest.raises(SignInRefused):
            auth(store_with(token()), Iam(SignInRefused("wrong")), now=now).token()


class TestToken:
    def test_does_not_show_its_value(self) -> None:
        assert "MIIa" not in repr(token("MIIa"))
