"""One login for everybody, in every process."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from cryptography.fernet import Fernet
from django.core.cache.backends.locmem import LocMemCache

from clusters.cloud.errors import CloudUnavailable, SignInPaused, SignInRefused
from clusters.cloud.types import Token
from clusters.credentials.encryption import Encryptor
from clusters.credentials.token_store import CachedTokenStore

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEY = Fernet.generate_key().decode()


def token(value: str = "MII-first") -> Token:
    return Token(
        value=value,
        issued_at=NOON,
        expires_at=NOON + timedelta(hours=24),
        project_id="0a1b",
    )


class Desk:
    """Where logins are made and counted."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.logins = 0
        self.paused = False
        self.refuses = refuses

    def sign_in(self) -> Token:
        self.logins += 1
        if self.refuses:
            raise SignInRefused("The username or password is wrong.", status=401)
        return token(f"MII-{self.logins}")

    def pause(self, error: SignInRefused) -> None:
        self.paused = True


@pytest.fixture
def cache(request) -> LocMemCache:
    return LocMemCache(request.node.nodeid, {})


def store(
    cache: LocMemCache,
    desk: Desk,
    *,
    wait=lambda _: None,
    encryptor: Encryptor | None = None,
    lock_seconds: float = 5,
) -> CachedTokenStore:
    return CachedTokenStore(
        cache=cache,
        name="1:1",
        encryptor=encryptor or Encryptor([KEY]),
        may_sign_in=lambda: not desk.paused,
        on_refused=desk.pause,
        lock_seconds=lock_seconds,
        wait=wait,
    )


class CountingEncryptor(Encryptor):
    """Counts how often something was decrypted."""

    decrypted = 0

    def decrypt(self, ciphertext: str) -> str:
        self.decrypted += 1
        return super().decrypt(ciphertext)


class TestCurrent:
    def test_decrypts_the_same_text_once(self, cache):
        encryptor = CountingEncryptor([KEY])
        ours = store(cache, Desk(), encryptor=encryptor)
        ours.keep(token("MII-first"))
        assert {ours.current().value for _ in range(3)} == {"MII-first"}
        assert encryptor.decrypted == 1

    def test_sees_what_another_process_kept_or_dropped(self, cache):
        ours, theirs = store(cache, Desk()), store(cache, Desk())
        ours.keep(token("MII-first"))
        assert ours.current().value == "MII-first"
        theirs.keep(token("MII-second"))
        assert ours.current().value == "MII-second"
        theirs.drop(token("MII-second"))
        assert ours.current() is None


class TestRenew:
    def test_makes_one_login_for_32_threads(self, cache):
        desk, barrier = Desk(), Barrier(32)

        def ask(_: int) -> str:
            barrier.wait()
            return store(cache, desk).renew(desk.sign_in, stale=None).value

        with ThreadPoolExecutor(32) as pool:
            values = set(pool.map(ask, range(32)))
        assert values == {"MII-1"}
        assert desk.logins == 1

    def test_replaces_a_stale_token_once(self, cache):
        desk = Desk()
        first = store(cache, desk).renew(desk.sign_in, stale=None)
        second = store(cache, desk).renew(desk.sign_in, stale=first)
        third = store(cache, desk).renew(desk.sign_in, stale=first)
        assert (second.value, third.value) == ("MII-2", "MII-2")
        assert desk.logins == 2

    def test_tries_a_refused_password_exactly_once(self, cache):
        desk = Desk(refuses=True)
        with pytest.raises(SignInRefused):
            store(cache, desk).renew(desk.sign_in, stale=None)
        with pytest.raises(SignInPaused):
            store(cache, desk).renew(desk.sign_in, stale=None)
        assert desk.logins == 1

    def test_does_not_wait_for_ever_for_the_login_of_another(self, cache):
        desk = Desk()
        cache.add("token-lock:1:1", "another", None)
        waiting = CachedTokenStore(
            cache=cache,
            name="1:1",
            encryptor=Encryptor([KEY]),
            may_sign_in=lambda: True,
            on_refused=desk.pause,
            lock_seconds=0,
            wait=lambda _: None,
        )
        with pytest.raises(CloudUnavailable):
            waiting.renew(desk.sign_in, stale=None)
        assert desk.logins == 0

    def test_is_no_answer_when_the_cache_is_away(self, cache, monkeypatch):
        desk = Desk()

        def fail(*_, **__):
            raise ConnectionError("Error 111 connecting to 127.0.0.1:6379.")

        for name in ("get", "set", "add", "delete"):
            monkeypatch.setattr(cache, name, fail)
        for call in (
            store(cache, desk).current,
            lambda: store(cache, desk).renew(desk.sign_in, stale=None),
            lambda: store(cache, desk).drop(token()),
        ):
            with pytest.raises(CloudUnavailable):
                call()
        assert desk.logins == 0

    def test_is_given_to_the_one_who_made_the_login_whatever_the_cache_does(
        self, cache, monkeypatch
    ):
        desk = Desk()

        def fail(*_, **__):
            raise ConnectionError("reset")

        monkeypatch.setattr(cache, "set", fail)
        monkeypatch.setattr(cache, "delete", fail)
        assert store(cache, desk).renew(desk.sign_in, stale=None).value == "MII-1"

    def test_is_made_by_the_last_of_two_who_took_one_lock(self, cache, monkeypatch):
        # Two that found one expired lock both took it, as the database cache allows.
        desk = Desk()

        def both_take_it(key, *_):
            cache.set(key, "another")
            return True

        def another_signs_in(_):
            store(cache, desk).keep(token("MII-another"))

        monkeypatch.setattr(cache, "add", both_take_it)
        late = store(cache, desk, wait=another_signs_in)
        assert late.renew(desk.sign_in, stale=None).value == "MII-another"
        assert desk.logins == 0

    def test_is_made_although_a_lock_of_a_clock_that_was_ahead_lives_on(self, cache):
        desk = Desk()
        cache.set("token-lock:1:1", "a dead worker", 24 * 60 * 60)
        waiting = store(cache, desk, lock_seconds=0.01)
        with pytest.raises(CloudUnavailable, match="too long"):
            waiting.renew(desk.sign_in, stale=None)
        assert waiting.renew(desk.sign_in, stale=None).value == "MII-1"

    def test_waits_for_a_lock_that_goes_from_one_to_the_next(self, cache):
        desk = Desk()
        cache.set("token-lock:1:1", "one", 60)
        waiting = store(
            cache,
            desk,
            lock_seconds=0.01,
            wait=lambda _: cache.set("token-lock:1:1", "another", 60),
        )
        with pytest.raises(CloudUnavailable, match="too long"):
            waiting.renew(desk.sign_in, stale=None)
        assert cache.get("token-lock:1:1") == "another"


class TestCache:
    def test_holds_no_token_in_clear(self, cache):
        desk = Desk()
        store(cache, desk).renew(desk.sign_in, stale=None)
        assert "MII-1" not in str(cache.get("token:1:1"))

    @pytest.mark.parametrize("rubbish", ["", "gAAAA", 7, None, b"x"])
    def test_with_rubbish_in_it_is_empty(self, cache, rubbish):
        cache.set("token:1:1", rubbish)
        assert store(cache, Desk()).current() is None

    def test_takes_no_token_that_was_sealed_for_another_cloud_project(self, cache):
        desk = Desk()
        store(cache, desk).renew(desk.sign_in, stale=None)
        cache.set("token:2:1", cache.get("token:1:1"))
        other = CachedTokenStore(
            cache=cache,
            name="2:1",
            encryptor=Encryptor([KEY]),
            may_sign_in=lambda: True,
            on_refused=desk.pause,
            lock_seconds=5,
        )
        assert other.current() is None
        assert other.renew(desk.sign_in, stale=None).value == "MII-2"

    def test_drops_only_the_token_that_it_was_told_of(self, cache):
        desk = Desk()
        kept = store(cache, desk).renew(desk.sign_in, stale=None)
        store(cache, desk).drop(token("MII-other"))
        assert store(cache, desk).current() == kept
        store(cache, desk).drop(kept)
        assert store(cache, desk).current() is None
