"""An HTTP client for the simulated cloud, independent of the portal's client."""

import copy
import json
from pathlib import Path
from typing import Any

import requests
from requests.adapters import BaseAdapter

from clusters.simulator.account import Account
from clusters.simulator.adapter import SimulatorAdapter
from clusters.simulator.world import World

SAMPLES = Path(__file__).parents[2] / "data" / "huawei"
ACCOUNT = Account()
PROJECT_ID = ACCOUNT.projects[0].id
NOON = 1_795_435_200.0  # 2026-11-23T12:00:00Z


class Clock:
    """A clock that changes only when a test sets ``now``, in seconds since 1970."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


class Caller:
    """Sends requests to one cloud at one URL, with the token of its last login."""

    def __init__(self, base: str, adapter: BaseAdapter | None = None) -> None:
        self.base = base
        self.token = ""
        self.project_id = PROJECT_ID
        self.session = requests.Session()
        self.session.trust_env = False
        # One connection per request: a kept one could be closed as the next request starts.
        self.session.headers["Connection"] = "close"
        if adapter:
            self.session.mount(base, adapter)

    @classmethod
    def of(cls, world: World) -> "Caller":
        """Return a caller that reaches the world in memory, without a network."""
        return cls("https://cloud.test", SimulatorAdapter(world))

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"X-Auth-Token": self.token} if self.token else {}
        headers |= more.pop("headers", {})
        more.setdefault("timeout", 60)
        return self.session.request(
            method, f"{self.base}{path}", headers=headers, **more
        )

    def sign_in(self, body: dict[str, Any] | None = None) -> requests.Response:
        body = body or login()
        response = self.call("POST", "/v3/auth/tokens?nocatalog=true", json=body)
        self.token = response.headers.get("X-Subject-Token", self.token)
        return response

    def css(self, method: str, path: str, **more: Any) -> requests.Response:
        return self.call(method, f"/v1.0/{self.project_id}/{path}", **more)

    def vpc(self, path: str, **query: object) -> requests.Response:
        return self.call("GET", f"/v1/{self.project_id}/{path}", params=query)

    def create(self, body: object) -> requests.Response:
        return self.css("POST", "clusters", json=body)


def login(**scope: str) -> dict[str, Any]:
    """Return the body of a valid login, scoped by project name unless ``scope`` is given."""
    body: dict[str, Any] = sample("iam-token-request-project-name")
    user = body["auth"]["identity"]["password"]["user"]
    user["domain"]["name"] = ACCOUNT.domain
    user["password"] = ACCOUNT.password
    if scope:
        body["auth"]["scope"]["project"] = scope
    return body


def sample(name: str) -> Any:
    """Return the JSON of a documented sample in tests/data/huawei."""
    return json.loads((SAMPLES / f"{name}.json").read_text())


def order(**changes: object) -> dict[str, Any]:
    """
    Return the create body of the quick start with changed values.

    A key is a path in the cluster object: ``instance__volume__size=60``. None removes
    the key.
    """
    body: dict[str, Any] = copy.deepcopy(sample("create-v1-request-seed"))
    for path, value in changes.items():
        *parents, key = path.split("__")
        block = body["cluster"]
        for parent in parents:
            block = block.setdefault(parent, {})
        if value is None:
            del block[key]
        else:
            block[key] = value
    return body


def error_of(response: requests.Response) -> tuple[int, str]:
    """Return HTTP status and error code of a CSS error, after a check of its format."""
    body = response.json()
    assert set(body) == {"errCode", "externalMessage"}
    return response.status_code, body["errCode"]
