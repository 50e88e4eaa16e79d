"""IAM: a password in, a project-scoped token out."""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from clusters.simulator.account import REGION, Account, Project
from clusters.simulator.faults import Faults
from clusters.simulator.gateway import TokenDesk
from clusters.simulator.journal import Login, moment
from clusters.simulator.refusals import IamRefusal
from clusters.simulator.state import IssuedToken, SimulatorState
from clusters.simulator.wire import Answer, Call, json_answer


class Iam:
    """The identity service of one account."""

    def __init__(
        self,
        *,
        account: Account,
        state: SimulatorState,
        desk: TokenDesk,
        clock: Callable[[], float],
        token_seconds: float,
        faults: Faults,
        wants_project_domain: bool = False,
    ) -> None:
        self._account = account
        self._state = state
        self._desk = desk
        self._clock = clock
        self._token_seconds = token_seconds
        self._faults = faults
        self._wants_project_domain = wants_project_domain

    def sign_in(self, call: Call) -> Answer:
        """Answer POST /v3/auth/tokens; every try is in the journal."""
        wish = _Wish.of(call.body)
        try:
            answer = self._try_sign_in(call, wish)
        except IamRefusal as refusal:
            answer = refusal.answer(call.request_id)
        self._state.calls.logins.append(
            Login(
                at=moment(self._clock()),
                user=wish.username if wish else "",
                project=wish.project_id or wish.project_name if wish else "",
                status=answer.status,
            )
        )
        self._state.save()
        return answer

    def _try_sign_in(self, call: Call, wish: "_Wish | None") -> Answer:
        if wish is None:
            raise IamRefusal(400, "The request body is invalid")
        if not self._knows(wish):
            raise IamRefusal(401, "The username or password is wrong.")
        project = self._project(wish)
        now = self._clock()
        value = self._desk.issue(
            IssuedToken(
                project_id=project.id if project else "",
                region=project.region if project else REGION,
                expires_at=now + self._real_seconds(),
            )
        )
        catalog = []
        if not call.query.get("nocatalog"):
            catalog = _catalog(project, call.address)
        body = {"token": {"catalog": catalog, **self._described(now, project, wish)}}
        return json_answer(201, body, {"X-Subject-Token": value})

    def _real_seconds(self) -> float:
        # A token may die long before the moment that its answer names.
        real = self._faults.now.token_seconds
        return self._token_seconds if real is None else real

    def _knows(self, wish: "_Wish") -> bool:
        account = self._account
        names_fit = (wish.domain, wish.username) == (account.domain, account.username)
        typed = wish.password.encode(errors="surrogatepass")
        return names_fit and hmac.compare_digest(typed, account.password.encode())

    def _project(self, wish: "_Wish") -> Project | None:
        # Without a project in the scope the token is global, and CSS will not take it.
        if not (wish.project_id or wish.project_name):
            return None
        if self._wants_project_domain and not wish.project_id:
            self._check_project_domain(wish)
        project = self._account.find_project(
            project_id=wish.project_id, name=wish.project_name
        )
        if project is None:
            raise IamRefusal(404, "Could not find the project of the scope.")
        return project

    def _check_project_domain(self, wish: "_Wish") -> None:
        # By itself a name is not unique in a Keystone; these are its own words.
        if not wish.project_domain:
            raise IamRefusal(400, "Expecting to find domain in project.")
        if wish.project_domain not in (self._account.domain, self._account.domain_id):
            raise IamRefusal(401, "The request you have made requires authentication.")

    def _described(
        self, now: float, project: Project | None, wish: "_Wish"
    ) -> dict[str, object]:
        domain = {"id": self._account.domain_id, "name": self._account.domain}
        token: dict[str, object] = {
            "expires_at": moment(now + self._token_seconds),
            "issued_at": moment(now),
            "methods": ["password"],
            "roles": [{"id": "0", "name": self._faults.now.role or "te_admin"}],
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
        return {**token, "domain": domain} if wish.wants_domain else token


@dataclass(frozen=True, kw_only=True)
class _Wish:
    """What a login asks for."""

    domain: str
    username: str
    password: str
    project_id: str
    project_name: str
    project_domain: str
    wants_domain: bool

    @classmethod
    def of(cls, body: bytes) -> "_Wish | None":
        """Return the wish, or None where the body is not one."""
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
                wants_domain="domain" in auth.get("scope", {}),
            )
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None


def _text(block: Mapping[str, Any], key: str) -> str:
    value = block[key]
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def _domain(block: Mapping[str, Any]) -> str:
    """Return the name of a domain or, where only that is said, its id; "" for none."""
    return next((_text(block, key) for key in ("name", "id") if key in block), "")


def _catalog(project: Project | None, address: str) -> list[dict[str, object]]:
    """Name this simulator and nothing else: a client sends its token where it is told to."""
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
