"""
The API gateway: routes requests to published APIs and checks their token.

Error codes: API Gateway, Error Codes (APIGW.0101, 0301, 0307, 0308).
"""

import re
import secrets
from collections.abc import Callable
from hashlib import sha256

from clusters.simulator.account import REGION
from clusters.simulator.faults import Faults
from clusters.simulator.journal import format_timestamp
from clusters.simulator.refusals import (
    GatewayRefusal,
    HtmlErrorPage,
    too_many_requests,
)
from clusters.simulator.state import IssuedToken, SimulatorState
from clusters.simulator.wire import SimulatedRequest, SimulatedResponse

Handler = Callable[..., SimulatedResponse]
_TOKEN_BYTES = 3_000
_KEEP_EXPIRED_SECONDS = 86_400.0


class Router:
    """Maps published APIs such as ``GET /v1/{project_id}/vpcs`` to their handlers."""

    def __init__(self, routes: dict[str, Handler]) -> None:
        self._routes = [
            (*_compiled(published), handler) for published, handler in routes.items()
        ]

    def find(self, request: SimulatedRequest) -> tuple[Handler, dict[str, str]]:
        """
        Return the handler of a request and its path parameters by name.

        :raises GatewayRefusal: APIGW.0101 if no such API is published
        """
        for method, path, handler in self._routes:
            match = path.fullmatch(request.path)
            if match and method == request.method:
                return handler, match.groupdict()
        message = "The API does not exist or has not been published in the environment"
        raise GatewayRefusal(404, "APIGW.0101", message)


def _compiled(published: str) -> tuple[str, re.Pattern[str]]:
    method, path = published.split()
    return method, re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path))


class TokenIssuer:
    """Issues tokens and authenticates requests by their token."""

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
        """Store a token and return its value, an opaque text of 4,003 characters."""
        value = f"MII{secrets.token_urlsafe(_TOKEN_BYTES)}"
        self._delete_long_expired()
        self._state.tokens[_token_hash(value)] = token
        return value

    def authenticate(self, request: SimulatedRequest) -> str:
        """
        Return the id of the project that the request's token is scoped to, "" for none.

        :raises GatewayRefusal: if the token is absent, unknown, expired or of another
            region, or if throttling is injected; no service sees the request
        :raises BrokenPage: if an outage is injected
        """
        if self._faults.active.outage is not None:
            raise HtmlErrorPage(self._faults.active.outage)
        token = self._find_token(request)
        if token.region != self._region:
            raise GatewayRefusal(401, "APIGW.0307", "The token must be updated.")
        if self._faults.active.throttle is not None:
            raise too_many_requests(self._faults.active.throttle)
        return token.project_id

    def _find_token(self, request: SimulatedRequest) -> IssuedToken:
        value = request.headers.get("x-auth-token", "")
        if not value:
            raise _unauthenticated("x-auth-token not found")
        token = self._state.tokens.get(_token_hash(value))
        if token is None or self._faults.consume_token_rejection():
            raise _unauthenticated("decrypt token fail")
        if token.expires_at <= self._clock():
            expired = f"token expires, expires_at: {format_timestamp(token.expires_at)}"
            raise _unauthenticated(expired)
        return token

    def _delete_long_expired(self) -> None:
        oldest = self._clock() - _KEEP_EXPIRED_SECONDS
        tokens = self._state.tokens
        for key in [key for key, each in tokens.items() if each.expires_at < oldest]:
            del tokens[key]


def _token_hash(value: str) -> str:
    return sha256(value.encode()).hexdigest()


def _unauthenticated(why: str) -> GatewayRefusal:
    message = f"Incorrect IAM authentication information: {why}"
    return GatewayRefusal(401, "APIGW.0301", message)
