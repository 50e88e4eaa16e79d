"""
The IAM token of a cloud project: where it is stored, when it is renewed.

A login is made as rarely as possible: IAM locks a user after some failed ones, and a
token is valid for 24 hours (IAM API Reference, Obtaining a User Token Through Password
Authentication).
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from requests import PreparedRequest
from requests.auth import AuthBase

from clusters.cloud.errors import CloudUnavailable, SignInPaused, SignInRefused
from clusters.cloud.types import Token

LIFETIME_FRACTION: Final = 10
"""A token is renewed when less than 1/10 of its lifetime is left, if that is less than
the margin: one that lives shorter than the margin would else be renewed by each call."""

Clock = Callable[[], datetime]
SignIn = Callable[[], Token]


def utc_now() -> datetime:
    """Return the time of this machine's clock, in UTC."""
    return datetime.now(UTC)


class TokenStore(Protocol):
    """
    The storage of one cloud project's token, shared by all threads and processes.

    A store makes one login at a time, whose token all waiting callers use, and none
    after a refused one.
    """

    def current(self) -> Token | None:
        """Return the stored token, which may have expired; None if there is none."""

    def renew(self, sign_in: SignIn, *, stale: Token | None) -> Token:
        """
        Return a token other than `stale`: one stored meanwhile, or that of a login.

        :param sign_in: makes one login
        :raises SignInPaused: if a login was refused before and nobody has resumed
        :raises CloudError: what `sign_in` raises; a SignInRefused is remembered
        """

    def drop(self, token: Token) -> None:
        """Remove this token, if it is still the stored one."""


class MemoryTokenStore:
    """
    A token store for one process, such as a command or a test.

    :param wait_seconds: how long a thread waits for the login of another thread
    """

    def __init__(self, *, wait_seconds: float = 60.0) -> None:
        self._wait_seconds = wait_seconds
        self._login = threading.Lock()
        self._token: Token | None = None
        self._refusal: SignInRefused | None = None

    def current(self) -> Token | None:
        """Return the stored token, which may have expired; None if there is none."""
        return self._token

    def renew(self, sign_in: SignIn, *, stale: Token | None) -> Token:
        """
        Return a token that another thread stored meanwhile, or sign in.

        :raises SignInPaused: if a login was refused before
        :raises CloudUnavailable: if the login of another thread takes too long
        """
        if not self._login.acquire(timeout=self._wait_seconds):
            raise CloudUnavailable("Another login is still under way")
        try:
            if self._token is None or self._token == stale:
                self._token = self._sign_in_unless_refused(sign_in)
            return self._token
        finally:
            self._login.release()

    def drop(self, token: Token) -> None:
        """Remove this token, if it is still the stored one."""
        if self._token == token:
            self._token = None

    def _sign_in_unless_refused(self, sign_in: SignIn) -> Token:
        if self._refusal is not None:
            raise SignInPaused(
                self._refusal.message,
                code=self._refusal.code,
                status=self._refusal.status,
                request_id=self._refusal.request_id,
            )
        try:
            return sign_in()
        except SignInRefused as refusal:
            self._refusal = refusal
            raise


class TokenAuth(AuthBase):
    """
    The authentication of one call: sets the header X-Auth-Token.

    One instance uses one token, so that the caller can drop exactly the token that the
    cloud refused. It never repeats a call.

    :param margin_seconds: a token that expires sooner is renewed before the call
    :param project_id: where given, a stored token of another project is replaced: its
        calls would go to that project
    """

    def __init__(
        self,
        *,
        store: TokenStore,
        sign_in: SignIn,
        margin_seconds: float,
        project_id: str = "",
        clock: Clock = utc_now,
    ) -> None:
        self._store = store
        self._project_id = project_id
        self._sign_in = sign_in
        self._margin = timedelta(seconds=margin_seconds)
        self._clock = clock
        self._token: Token | None = None

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        """Set the header; `requests` calls this while it prepares the request."""
        r.headers["X-Auth-Token"] = self.token().value
        return r

    def token(self) -> Token:
        """
        Return the token of this call, the same each time.

        :raises CloudError: if no valid token is stored and the login failed
        """
        if self._token is None:
            self._token = self._valid_token()
        return self._token

    def _valid_token(self) -> Token:
        stored = self._store.current()
        if stored is not None and not self._is_of_this_project(stored):
            return self._store.renew(self._sign_in, stale=stored)
        if stored is not None and not self._needs_renewal(stored):
            return stored
        try:
            return self._store.renew(self._sign_in, stale=stored)
        except (CloudUnavailable, SignInPaused):
            # The renewal failed, but the stored token may not have expired yet.
            if stored is not None and self._clock() < stored.expires_at:
                return stored
            raise

    def _is_of_this_project(self, token: Token) -> bool:
        return self._project_id in ("", token.project_id)

    def _needs_renewal(self, token: Token) -> bool:
        lifetime = token.expires_at - token.issued_at
        left = token.expires_at - self._clock()
        return left <= timedelta(0) or left < min(
            self._margin, lifetime / LIFETIME_FRACTION
        )
