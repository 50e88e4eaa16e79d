"""The token: kept in a store, renewed early by the clock, put on one call."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from requests import PreparedRequest
from requests.auth import AuthBase

from clusters.cloud.errors import CloudUnavailable, SignInPaused, SignInRefused
from clusters.cloud.types import Token

LIFE_SHARE: Final = 10
"""A token with less than this part of its life left is renewed, however short it is."""

Clock = Callable[[], datetime]
SignIn = Callable[[], Token]


def utc_now() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)


class TokenStore(Protocol):
    """
    Where the token of one cloud project lives; shared by all who use the project.

    A store makes one login however many ask at once, and none after a refused one.
    """

    def current(self) -> Token | None:
        """Return the kept token, which may have expired."""

    def renew(self, sign_in: SignIn, *, stale: Token | None) -> Token:
        """
        Return a token other than `stale`: somebody else's fresh one, or a new one.

        :raises SignInPaused: if a login was refused before and nobody has resumed
        :raises CloudError: what `sign_in` raises; a SignInRefused is remembered
        """

    def drop(self, token: Token) -> None:
        """Forget this token, if it is still the kept one."""


class MemoryTokenStore:
    """
    A store for one process, such as a command or a test.

    `wait_seconds` is how long one waits for the login of another.
    """

    def __init__(self, *, wait_seconds: float = 60.0) -> None:
        self._wait_seconds = wait_seconds
        self._login = threading.Lock()
        self._token: Token | None = None
        self._refusal: SignInRefused | None = None

    def current(self) -> Token | None:
        """Return the kept token, which may have expired."""
        return self._token

    def renew(self, sign_in: SignIn, *, stale: Token | None) -> Token:
        """
        Return somebody else's fresh token, or sign in.

        :raises SignInPaused: if a login was refused before and nobody has resumed
        :raises CloudUnavailable: if the login of another takes too long
        """
        if not self._login.acquire(timeout=self._wait_seconds):
            raise CloudUnavailable("Another login is still under way")
        try:
            if self._token is None or self._token == stale:
                self._token = self._signed_in(sign_in)
            return self._token
        finally:
            self._login.release()

    def drop(self, token: Token) -> None:
        """Forget this token, if it is still the kept one."""
        if self._token == token:
            self._token = None

    def _signed_in(self, sign_in: SignIn) -> Token:
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
    Puts a good token on one call, and says afterwards which one it was.

    With a `project_id`, a kept token of another project is not used: calls would go to
    that one. A call that answers with a token code is never repeated from here: whoever sees the
    code drops the token.
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
        """Set the header; requests calls this while it prepares the request."""
        r.headers["X-Auth-Token"] = self.token().value
        return r

    def token(self) -> Token:
        """
        Return the token of this call.

        :raises CloudError: if there is none and no login worked
        """
        if self._token is None:
            self._token = self._good_token()
        return self._token

    def _good_token(self) -> Token:
        kept = self._store.current()
        if kept is not None and not self._is_ours(kept):
            return self._store.renew(self._sign_in, stale=kept)
        if kept is not None and not self._is_due(kept):
            return kept
        try:
            return self._store.renew(self._sign_in, stale=kept)
        except (CloudUnavailable, SignInPaused):
            # Paused, or IAM out of reach: work goes on while the kept token lives.
            if kept is not None and self._clock() < kept.expires_at:
                return kept
            raise

    def _is_ours(self, token: Token) -> bool:
        return self._project_id in ("", token.project_id)

    def _is_due(self, token: Token) -> bool:
        life = token.expires_at - token.issued_at
        left = token.expires_at - self._clock()
        return left <= timedelta(0) or left < min(self._margin, life / LIFE_SHARE)
