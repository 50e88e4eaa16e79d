"""Client of the simulator's own endpoints for faults and console actions."""

import re
from collections.abc import Mapping
from typing import Any, Final

import requests

from clusters.cloud.errors import CloudRefused, CloudUnavailable

_SECONDS: Final = 5.0
_HERE: Final = re.compile(r"http://127\.0\.0\.1:[0-9]{1,5}")


class SimulatorClient:
    """
    Controls the simulated cloud at `url`; each call takes at most 5 s.

    :raises ValueError: if `url` is not ``http://127.0.0.1:PORT``
    """

    def __init__(self, url: str) -> None:
        if not _HERE.fullmatch(url):
            raise ValueError("a simulator is on this machine: http://127.0.0.1:PORT")
        self._url = url

    def switches(self) -> dict[str, object]:
        """
        Return the active switches and their values.

        :raises CloudUnavailable: if the simulator does not answer
        """
        return _on(self._call("GET", "faults"))

    def switch(self, wanted: Mapping[str, object]) -> None:
        """
        Set these switches and clear all others.

        :raises CloudRefused: if there is no such switch; all are then off
        :raises CloudUnavailable: if the simulator does not answer
        """
        self._call("DELETE", "faults")
        if wanted:
            self._call("PUT", "faults", wanted)

    def act(self, action: Mapping[str, object]) -> None:
        """
        Carry out an action on a cluster, as people do in the cloud's console.

        :raises CloudRefused: if there is no such action or cluster
        :raises CloudUnavailable: if the simulator does not answer
        """
        self._call("POST", "world", action)

    def _call(
        self, method: str, endpoint: str, body: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        with requests.Session() as session:
            session.trust_env = False
            try:
                answer = session.request(
                    method,
                    f"{self._url}/_simulator/{endpoint}",
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
