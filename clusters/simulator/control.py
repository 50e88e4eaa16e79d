"""The control API under /_simulator/, described in docs/simulator.md."""

import json
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from clusters.simulator.console_actions import ConsoleActions
from clusters.simulator.counters import journal
from clusters.simulator.create_faults import UnknownFault
from clusters.simulator.faults import Faults
from clusters.simulator.state import SimulatorState
from clusters.simulator.wire import (
    SimulatedRequest,
    SimulatedResponse,
    json_response,
)

PREFIX = "/_simulator/"


class Control:
    """Sets faults, performs console actions, returns the journal, resets the state."""

    def __init__(
        self,
        *,
        state: SimulatorState,
        faults: Faults,
        console_actions: ConsoleActions,
        reset: Callable[[], None],
    ) -> None:
        self._state = state
        self._faults = faults
        self._console_actions = console_actions
        self._reset = reset

    def handle(self, request: SimulatedRequest) -> SimulatedResponse:
        """Handle a request; any client that is not on this machine gets a 403."""
        if not _is_local(request):
            return _problem(403, "Only this machine may do that.")
        match request.method, request.path.removeprefix(PREFIX):
            case "GET", "calls":
                return json_response(200, journal(self._state))
            case "POST", "reset":
                self._reset()
                return json_response(200, {"reset": True})
            case "POST", "world":
                return self._run(request.body, self._perform)
            case method, "faults":
                return self._handle_faults(method, request.body)
        return _problem(404, "There is faults, world, calls and reset.")

    def _handle_faults(self, method: str, body: bytes) -> SimulatedResponse:
        if method == "PUT":
            return self._run(body, self._inject)
        if method == "DELETE":
            self._faults.clear()
        elif method != "GET":
            return _problem(404, "Switches are read, put and deleted.")
        return json_response(200, self._faults.as_json())

    def _inject(self, switches: Mapping[str, object]) -> object:
        self._faults.inject(switches)
        return self._faults.as_json()

    def _perform(self, action: Mapping[str, object]) -> object:
        return {"clusters": self._console_actions.act(action)}

    def _run(
        self, body: bytes, do: Callable[[Mapping[str, object]], object]
    ) -> SimulatedResponse:
        try:
            action = json.loads(body)
        except (ValueError, RecursionError):
            return _problem(400, "The body is not JSON.")
        if not isinstance(action, dict):
            return _problem(400, "The body is not an object.")
        try:
            return json_response(200, do(action))
        except UnknownFault as unknown:
            return _problem(400, str(unknown))


def _is_local(request: SimulatedRequest) -> bool:
    # Protection against requests by web pages: a page of another site sends its Origin,
    # and a page whose host name resolves to 127.0.0.1 (DNS rebinding) sends that name.
    try:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    except ValueError:
        return False
    return (
        ip_address(request.peer).is_loopback
        and host in ("127.0.0.1", "localhost", "::1")
        and "origin" not in request.headers
    )


def _problem(status: int, sentence: str) -> SimulatedResponse:
    return json_response(status, {"problem": sentence})
