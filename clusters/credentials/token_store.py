"""One token for each cloud project, shared by all processes, encrypted in the cache."""

import contextlib
import hashlib
import json
import logging
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from django.core.cache.backends.base import BaseCache
from django.utils.translation import gettext_noop as _

from clusters.cloud.errors import CloudUnavailable, SignInPaused, SignInRefused
from clusters.cloud.types import Token
from clusters.credentials.encryption import DecryptionFailed, Encryptor

log = logging.getLogger(__name__)

_DAY: Final = 24 * 60 * 60
_PAUSE: Final = 0.05


class _ReportingCache:
    """
    Django's cache, with each error raised as CloudUnavailable.

    Every backend raises exceptions of its own; a caller handles all of them alike, by
    trying again later.
    """

    def __init__(self, cache: BaseCache) -> None:
        self._cache = cache

    def get(self, key: str) -> Any:
        """Return the value, or None."""
        with _reported():
            return self._cache.get(key)

    def set(self, key: str, value: str, seconds: float) -> None:
        """Store a value for `seconds`."""
        with _reported():
            self._cache.set(key, value, seconds)

    def add(self, key: str, value: str, seconds: float) -> bool:
        """Store a value unless there is one; return whether it was stored."""
        with _reported():
            return bool(self._cache.add(key, value, seconds))

    def delete(self, key: str) -> None:
        """Delete the value, if there is one."""
        with _reported():
            self._cache.delete(key)


@contextlib.contextmanager
def _reported() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise CloudUnavailable(_("The shared cache does not answer.")) from error


class CachedTokenStore:
    """
    A `clusters.cloud.huawei.auth.TokenStore` over Django's cache.

    `name` changes with the credentials, so that tokens of old ones are forgotten. One
    process signs in at a time, under a lock in the cache that expires after
    `lock_seconds`; waiters reuse the token of that login. A refused login calls
    `on_refused`, which must make `may_sign_in` return False before the lock is released,
    so that nobody tries the password again. The token decrypted last is kept in this
    process; each call asks the cache whether it is still the current one.
    """

    def __init__(
        self,
        *,
        cache: BaseCache,
        name: str,
        encryptor: Encryptor,
        may_sign_in: Callable[[], bool],
        on_refused: Callable[[SignInRefused], None],
        lock_seconds: float,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._cache = _ReportingCache(cache)
        self._name = name
        self._token_key = f"token:{name}"
        self._lock_key = f"token-lock:{name}"
        self._encryptor = encryptor
        self._may_sign_in = may_sign_in
        self._on_refused = on_refused
        self._lock_seconds = lock_seconds
        self._wait = wait
        self._last_decrypted: tuple[str, Token] | None = None

    def current(self) -> Token | None:
        """
        Return the cached token, even if it has expired; None if there is none.

        :raises CloudUnavailable: if the cache does not answer
        """
        ciphertext = self._cache.get(self._token_key)
        return self._decrypt(ciphertext) if isinstance(ciphertext, str) else None

    def renew(self, sign_in: Callable[[], Token], *, stale: Token | None) -> Token:
        """
        Return a token other than `stale`; concurrent callers share one login.

        :raises SignInRefused: if this caller's login was refused
        :raises SignInPaused: if an earlier login was refused, or the project is paused
        :raises CloudUnavailable: if IAM or the cache does not answer, or the lock was not
            free within `lock_seconds`
        """
        owner = secrets.token_hex(8)
        until = time.monotonic() + self._lock_seconds
        holder = self._cache.get(self._lock_key)
        while not self._acquire_lock(owner):
            self._wait(_PAUSE)
            if token := self._other_than(stale):
                return token
            if time.monotonic() > until:
                self._break_lock(holder)
                raise CloudUnavailable(
                    _("Another worker has been signing in for too long.")
                )
        try:
            return self._other_than(stale) or self._log_in(sign_in)
        finally:
            self._release_lock(owner)

    def keep(self, token: Token) -> None:
        """
        Store this token in the cache, for all processes.

        :raises CloudUnavailable: if the cache does not answer
        """
        ciphertext = self._encryptor.encrypt(_to_text(token, self._name))
        self._cache.set(self._token_key, ciphertext, _DAY)

    def drop(self, token: Token) -> None:
        """
        Delete this token from the cache, if it is still the cached one.

        :raises CloudUnavailable: if the cache does not answer
        """
        current = self.current()
        if current is not None and _same(current, token):
            self._cache.delete(self._token_key)

    def _decrypt(self, ciphertext: str) -> Token | None:
        """Return the token; None if it cannot be read. The last result is kept."""
        last = self._last_decrypted  # read once: threads share this store
        if last is not None and last[0] == ciphertext:
            return last[1]
        try:
            token = _from_text(self._encryptor.decrypt(ciphertext), self._name)
        except (DecryptionFailed, ValueError, KeyError):
            return None
        self._last_decrypted = (ciphertext, token)
        return token

    def _acquire_lock(self, owner: str) -> bool:
        # Read back: where a lock has just expired, some caches let two callers add one.
        added = self._cache.add(self._lock_key, owner, self._lock_seconds)
        return added and self._cache.get(self._lock_key) == owner

    def _break_lock(self, holder: object) -> None:
        """
        Delete a lock that the same holder has had for the whole wait.

        It should have expired: its end was written by a clock that was ahead. The next
        caller signs in.
        """
        if holder is not None and self._cache.get(self._lock_key) == holder:
            log.warning("token.lock_broken")
            self._cache.delete(self._lock_key)

    def _release_lock(self, owner: str) -> None:
        # An error of the cache must not hide the token; the lock expires by itself.
        with contextlib.suppress(CloudUnavailable):
            if self._cache.get(self._lock_key) == owner:
                self._cache.delete(self._lock_key)

    def _log_in(self, sign_in: Callable[[], Token]) -> Token:
        if not self._may_sign_in():
            raise SignInPaused(_("Sign-in is paused until an operator resumes it."))
        try:
            token = sign_in()
        except SignInRefused as error:
            self._on_refused(error)
            raise
        try:
            self.keep(token)
        except CloudUnavailable as error:
            log.warning("token.not_shared", extra={"reason": str(error)})
        return token

    def _other_than(self, stale: Token | None) -> Token | None:
        current = self.current()
        if current is None or (stale is not None and _same(current, stale)):
            return None
        return current


def _same(one: Token, other: Token) -> bool:
    return _fingerprint(one) == _fingerprint(other)


def _fingerprint(token: Token) -> bytes:
    return hashlib.sha256(token.value.encode()).digest()


def _to_text(token: Token, name: str) -> str:
    return json.dumps(
        {
            "name": name,
            "value": token.value,
            "issued_at": token.issued_at.isoformat(),
            "expires_at": token.expires_at.isoformat(),
            "project_id": token.project_id,
            "roles": token.roles,
        }
    )


def _from_text(text: str, name: str) -> Token:
    data = json.loads(text)
    # Somebody with access to the cache could copy a ciphertext to the key of another cloud
    # project, and the token decides in which project of the cloud a cluster is created.
    if data["name"] != name:
        raise DecryptionFailed("encrypted for another cloud project")
    return Token(
        value=data["value"],
        issued_at=datetime.fromisoformat(data["issued_at"]),
        expires_at=datetime.fromisoformat(data["expires_at"]),
        project_id=data["project_id"],
        roles=tuple(data["roles"]),
    )
