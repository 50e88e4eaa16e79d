"""The levers of whoever runs the simulator, under /_simulator/; no cloud has them."""

import json
from ipaddress import ip_address
from urllib.parse import urlsplit

from clusters.cloud.simulator.faults import Faults, UnknownFault
from clusters.cloud.simulator.state import State
from clusters.cloud.simulator.wire import Answer, Call, json_answer

PREFIX = "/_simulator/"


class Control:
    """Arms faults, shows the journal, begins anew."""

    def __init__(self, *, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults

    def answer(self, call: Call) -> Answer:
        """Answer one call from this machine; nobody else is answered."""
        if not _is_local(call):
            return _problem(403, "Only this machine may do that.")
        match call.method, call.path.removeprefix(PREFIX):
            case "GET", "faults":
                return json_answer(200, self._faults.as_json())
            case "PUT", "faults":
                return self._arm(call.body)
            case "GET", "calls":
                return json_answer(200, self._state.calls.as_json())
            case "POST", "reset":
                return self._reset()
        return _problem(404, "There is faults, calls and reset.")

    def _arm(self, body: bytes) -> Answer:
        try:
            switches = json.loads(body)
        except (ValueError, RecursionError):
            return _problem(400, "The body is not JSON.")
        if not isinstance(switches, dict):
            return _problem(400, "The body is not an object of switches.")
        try:
            self._faults.arm(switches)
        except UnknownFault as unknown:
            return _problem(400, str(unknown))
        return json_answer(200, self._faults.as_json())

    def _reset(self) -> Answer:
        self._faults.disarm()
        self._state.forget()
        return json_answer(200, {"reset": True})


def _is_local(call: Call) -> bool:
    # The names keep web pages out: a page of another site sends its Origin, and one
    # that points its own name at this machine sends that name.
    try:
        host = urlsplit(f"//{call.headers.get('host', '')}").hostname
    except ValueError:
        return False
    return (
        ip_address(call.peer).is_loopback
        and host in ("127.0.0.1", "localhost", "::1")
        and "origin" not in call.headers
    )


def _problem(status: int, sentence: str) -> Answer:
    return json_answer(status, {"problem": sentence})
