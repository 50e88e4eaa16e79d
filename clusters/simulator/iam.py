"""
The IAM service: a token for a user name and a password.

IAM API Reference, Obtaining a User Token Through Password Authentication.
"""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from clusters.simulator.account import REGION, Account, Project
from clusters.simulator.faults import Faults
from clusters.simulator.gateway import TokenIssuer
from clusters.simulator.journal import LoginEntry, format_timestamp
from clusters.simulator.refusals import IamRefusal
from clusters.simulator.state import IssuedToken, SimulatorState
from clusters.simulator.wire import (
    SimulatedRequest,
    SimulatedResponse,
    json_response,
)


class Iam:
    """Identity and Access Management of one account."""

    def __init__(
        self,
        *,
        account: Account,
        state: SimulatorState,
        token_issuer: TokenIssuer,
        clock: Callable[[], float],
        token_seconds: float,
        faults: Faults,
        requires_project_domain: bool = False,
    ) -> None:
        self._account = account
        self._state = state
        self._token_issuer = token_issuer
        self._clock = clock
        self._token_seconds = token_seconds
        self._faults = faults
        self._requires_project_domain = requires_project_domain

    def sign_in(self, request: SimulatedRequest) -> SimulatedResponse:
        """Handle POST /v3/auth/tokens; every attempt is in the journal."""
        login = _LoginRequest.of(request.body)
        try:
            response = self._try_sign_in(request, login)
        except IamRefusal as refusal:
            response = refusal.to_response(request.request_id)
        self._state.journal.logins.append(
            LoginEntry(
                at=format_timestamp(self._clock()),
                user=login.username if login else "",
                project=login.project_id or login.project_name if login else "",
                status=response.status,
            )
        )
        self._state.save()
        return response

    def _try_sign_in(
        self, request: SimulatedRequest, login: "_LoginRequest | None"
    ) -> SimulatedResponse:
        if login is None:
            raise IamRefusal(400, "The request body is invalid")
        if not self._credentials_match(login):
            raise IamRefusal(401, "The username or password is wrong.")
        project = self._project(login)
        now = self._clock()
        value = self._token_issuer.issue(
            IssuedToken(
                project_id=project.id if project else "",
                region=project.region if project else REGION,
                expires_at=now + self._effective_lifetime(),
            )
        )
        catalog = []
        if not request.query.get("nocatalog"):
            catalog = _catalog(project, request.address)
        body = {"token": {"catalog": catalog, **self._token_body(now, project, login)}}
        return json_response(201, body, {"X-Subject-Token": value})

    def _effective_lifetime(self) -> float:
        # A token can become invalid long before the expires_at of its response.
        real = self._faults.active.token_seconds
        return self._token_seconds if real is None else real

    def _credentials_match(self, login: "_LoginRequest") -> bool:
        account = self._account
        names_fit = (login.domain, login.username) == (account.domain, account.username)
        typed = login.password.encode(errors="surrogatepass")
        return names_fit and hmac.compare_digest(typed, account.password.encode())

    def _project(self, login: "_LoginRequest") -> Project | None:
        # Without a project in the scope the token is global, and CSS rejects it.
        if not (login.project_id or login.project_name):
            return None
        if self._requires_project_domain and not login.project_id:
            self._check_project_domain(login)
        project = self._account.find_project(
            project_id=login.project_id, name=login.project_name
        )
        if project is None:
            raise IamRefusal(404, "Could not find the project of the scope.")
        return project

    def _check_project_domain(self, login: "_LoginRequest") -> None:
        # In Keystone a project name is unique in its domain only; its messages follow.
        if not login.project_domain:
            raise IamRefusal(400, "Expecting to find domain in project.")
        if login.project_domain not in (self._account.domain, self._account.domain_id):
            raise IamRefusal(401, "The request you have made requires authentication.")

    def _token_body(
        self, now: float, project: Project | None, login: "_LoginRequest"
    ) -> dict[str, object]:
        domain = {"id": self._account.domain_id, "name": self._account.domain}
        token: dict[str, object] = {
            "expires_at": format_timestamp(now + self._token_seconds),
            "issued_at": format_timestamp(now),
            "methods": ["password"],
            "roles": [{"id": "0", "name": self._faults.active.role or "te_admin"}],
            "user": {
                "domain": domain,
                "id": self._account.user_id,
                "name": self._account.username,
                "password_expires_at": "",
            },
        }
        if project:
            shown = {"domain": domain, "id": project.id, "name": project.name}
            return {**token, "project": shown}
        return {**token, "domain": domain} if login.has_domain_scope else token


@dataclass(frozen=True, kw_only=True)
class _LoginRequest:
    """The fields of a login request."""

    domain: str
    username: str
    password: str
    project_id: str
    project_name: str
    project_domain: str
    has_domain_scope: bool

    @classmethod
    def of(cls, body: bytes) -> "_LoginRequest | None":
        """Return the parsed body, or None if it is not a login request."""
        try:
            auth = json.loads(body)["auth"]
            user = auth["identity"]["password"]["user"]
            project = auth.get("scope", {}).get("project", {})
            return cls(
                domain=_text(user["domain"], "name"),
                username=_text(user, "name"),
                password=_text(user, "password"),
                project_id=_text(project, "id") if "id" in project else "",
                project_name=_text(project, "name") if "name" in project else "",
                project_domain=_domain(project.get("domain", {})),
                has_domain_scope="domain" in auth.get("scope", {}),
            )
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None


def _text(block: Mapping[str, Any], key: str) -> str:
    value = block[key]
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def _domain(block: Mapping[str, Any]) -> str:
    """Return the name of a domain or, if there is none, its id; "" without both."""
    return next((_text(block, key) for key in ("name", "id") if key in block), "")


def _catalog(project: Project | None, address: str) -> list[dict[str, object]]:
    """
    Return a catalog whose endpoints all point to this simulator.

    A client sends its token to the endpoints of the catalog, so a catalog must not name
    another host.
    """
    region = project.region if project else REGION
    return [
        {
            "type": service,
            "id": f"{service}-{region}",
            "name": service,
            "endpoints": [
                {
                    "id": f"{service}-{region}-public",
                    "interface": "public",
                    "region": region,
                    "region_id": region,
                    "url": address,
                }
            ],
        }
        for service in ("iam", "css", "vpc")
    ]
