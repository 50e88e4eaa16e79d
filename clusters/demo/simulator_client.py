"""The levers of a simulated cloud on this machine; no real cloud has them."""

import re
from collections.abc import Mapping
from typing import Any, Final

import requests

from clusters.cloud.errors import CloudRefused, CloudUnavailable

_SECONDS: Final = 5.0
_HERE: Final = re.compile(r"http://127\.0\.0\.1:[0-9]{1,5}")


class SimulatorClient:
    """
    Throws switches and plays the other people of the simulated cloud at `url`.

    :raises ValueError: if that is not a port of this machine
    """

    def __init__(self, url: str) -> None:
        if not _HERE.fullmatch(url):
            raise ValueError("a simulator is on this machine: http://127.0.0.1:PORT")
        self._url = url

    def switches(self) -> dict[str, object]:
        """
        Return what is switched on.

        :raises CloudUnavailable: if nothing answers
        """
        return _on(self._call("GET", "faults"))

    def switch(self, wanted: Mapping[str, object]) -> None:
        """
        Switch this on, and everything else off.

        :raises CloudRefused: if there is no such switch; then all are off
        :raises CloudUnavailable: if nothing answers
        """
        self._call("DELETE", "faults")
        if wanted:
            self._call("PUT", "faults", wanted)

    def act(self, action: Mapping[str, object]) -> None:
        """
        Do something to a cluster by hand, past the portal.

        :raises CloudRefused: if there is no such action, or no such cluster
        :raises CloudUnavailable: if nothing answers
        """
        self._call("POST", "world", action)

    def _call(
        self, method: str, lever: str, body: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        with requests.Session() as session:
            session.trust_env = False
            try:
                answer = session.request(
                    method,
                    f"{self._url}/_simulator/{lever}",
                    json=body,
                    timeout=_SECONDS,
                    allow_redirects=False,
                )
                said: dict[str, Any] = answer.json()
            except requests.RequestException as error:
                raise CloudUnavailable(f"{type(error).__name__}") from None
        if not answer.ok:
            raise CloudRefused(said.get("problem", ""), status=answer.status_code)
        return said


def _on(switches: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in switches.items() if value is not None}
