"""The API gateway: it knows the published paths and looks at the token first."""

import re
import secrets
from collections.abc import Callable
from hashlib import sha256

from clusters.simulator.account import REGION
from clusters.simulator.faults import Faults
from clusters.simulator.journal import moment
from clusters.simulator.refusals import (
    BrokenPage,
    GatewayRefusal,
    too_many_calls,
)
from clusters.simulator.state import IssuedToken, SimulatorState
from clusters.simulator.wire import Answer, Call

Handler = Callable[..., Answer]
_TOKEN_BYTES = 3_000
_FORGOTTEN_AFTER_SECONDS = 86_400.0


class Router:
    """Published paths such as ``GET /v1/{project_id}/vpcs`` and who answers them."""

    def __init__(self, routes: dict[str, Handler]) -> None:
        self._routes = [
            (*_compiled(published), handler) for published, handler in routes.items()
        ]

    def find(self, call: Call) -> tuple[Handler, dict[str, str]]:
        """
        Return who answers this call, and the names in its path.

        :raises GatewayRefusal: APIGW.0101, if no such API is published
        """
        for method, path, handler in self._routes:
            match = path.fullmatch(call.path)
            if match and method == call.method:
                return handler, match.groupdict()
        words = "The API does not exist or has not been published in the environment"
        raise GatewayRefusal(404, "APIGW.0101", words)


def _compiled(published: str) -> tuple[str, re.Pattern[str]]:
    method, path = published.split()
    return method, re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path))


class TokenDesk:
    """Issues tokens and tells what a call's token is good for."""

    def __init__(
        self,
        state: SimulatorState,
        clock: Callable[[], float],
        faults: Faults,
        region: str = REGION,
    ) -> None:
        self._state = state
        self._clock = clock
        self._faults = faults
        self._region = region

    def issue(self, token: IssuedToken) -> str:
        """Return a new opaque value, thousands of characters long, for this token."""
        value = f"MII{secrets.token_urlsafe(_TOKEN_BYTES)}"
        self._forget_long_expired()
        self._state.tokens[_key(value)] = token
        return value

    def admit(self, call: Call) -> str:
        """
        Return the id of the project that the token is scoped to, "" for none.

        :raises GatewayRefusal: if the token is absent, unknown, expired or of another
            region; the service behind the gateway never sees the call
        :raises BrokenPage: if an outage is switched on
        """
        if self._faults.now.outage is not None:
            raise BrokenPage(self._faults.now.outage)
        token = self._known(call)
        if token.region != self._region:
            raise GatewayRefusal(401, "APIGW.0307", "The token must be updated.")
        if self._faults.now.throttle is not None:
            raise too_many_calls(self._faults.now.throttle)
        return token.project_id

    def _known(self, call: Call) -> IssuedToken:
        value = call.headers.get("x-auth-token", "")
        if not value:
            raise _unauthenticated("x-auth-token not found")
        token = self._state.tokens.get(_key(value))
        if token is None or self._faults.take_rejection():
            raise _unauthenticated("decrypt token fail")
        if token.expires_at <= self._clock():
            expired = f"token expires, expires_at: {moment(token.expires_at)}"
            raise _unauthenticated(expired)
        return token

    def _forget_long_expired(self) -> None:
        oldest = self._clock() - _FORGOTTEN_AFTER_SECONDS
        tokens = self._state.tokens
        for key in [key for key, each in tokens.items() if each.expires_at < oldest]:
            del tokens[key]


def _key(value: str) -> str:
    return sha256(value.encode()).hexdigest()


def _unauthenticated(why: str) -> GatewayRefusal:
    words = f"Incorrect IAM authentication information: {why}"
    return GatewayRefusal(401, "APIGW.0301", words)
