"""The simulator as a process, and a client for its control URLs."""

import json
import ssl
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import requests

from clusters.simulator.account import Account
from clusters.simulator.server import serve
from clusters.simulator.world import World

PASSWORD: Final = "simulator-Passw0rd"
PROJECT: Final = Account().projects[0]
"""The one project of each simulated cloud."""
_SECONDS: Final = 20


def run_cloud(port: int, state: Path, build: float, certificate: Path | None) -> None:
    """Serve one simulated cloud until this process is ended."""
    tls = None
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
    account = Account(password=PASSWORD)
    world = World(account=account, state_file=state, build_seconds=build)
    with serve(world, port, tls=tls):
        threading.Event().wait()


@dataclass(frozen=True, kw_only=True)
class LiveCluster:
    """A cluster that is not deleted; `is_broken` once its build has failed."""

    id: str
    name: str
    tags: dict[str, str]
    is_broken: bool


class SimulatorControl:
    """Injects faults into a simulator, acts on its console and reads its journal."""

    def __init__(self, url: str, state: Path, certificate: Path | None = None) -> None:
        self.url = url
        self._state = state
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(certificate) if certificate else True

    def inject(self, **faults: object) -> None:
        """Switch faults on by name; None switches one off."""
        self._ask("PUT", "faults", faults)

    def act(self, **action: object) -> list[str]:
        """Do what a person does on the console; return the ids of the clusters."""
        touched: list[str] = self._ask("POST", "world", action)["clusters"]
        return touched

    def journal(self) -> dict[str, Any]:
        """Return what arrived: logins, creates, reads, and counts by tag."""
        return self._ask("GET", "calls")

    def creates(self) -> list[dict[str, Any]]:
        """Return every complete create, oldest first."""
        creates: list[dict[str, Any]] = self.journal()["creates"]
        return creates

    def is_up(self) -> bool:
        """Whether it answers."""
        try:
            self.journal()
        except requests.RequestException:
            return False
        return True

    def live_clusters(self, now: float) -> list[LiveCluster]:
        """Return the clusters that are not deleted, from the simulator's state file."""
        try:
            stored = json.loads(self._state.read_bytes())
        except FileNotFoundError:
            return []
        return [
            LiveCluster(
                id=each["id"],
                name=each["order"]["name"],
                tags=dict(each["order"]["tags"]),
                is_broken=bool(each["failure"]) and now >= each["built_at"],
            )
            for each in stored["clusters"]
        ]

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        url = f"{self.url}/_simulator/{path}"
        answer = self._session.request(method, url, json=body, timeout=_SECONDS)
        answer.raise_for_status()
        data: dict[str, Any] = answer.json()
        return data
