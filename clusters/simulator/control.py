"""The levers of whoever runs the simulator, under /_simulator/; no cloud has them."""

import json
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from clusters.simulator.console_actions import Hands
from clusters.simulator.counters import journal
from clusters.simulator.create_faults import UnknownFault
from clusters.simulator.faults import Faults
from clusters.simulator.state import SimulatorState
from clusters.simulator.wire import Answer, Call, json_answer

PREFIX = "/_simulator/"


class Control:
    """Throws switches, does what people do by hand, shows the journal, begins anew."""

    def __init__(
        self,
        *,
        state: SimulatorState,
        faults: Faults,
        hands: Hands,
        reset: Callable[[], None],
    ) -> None:
        self._state = state
        self._faults = faults
        self._hands = hands
        self._reset = reset

    def answer(self, call: Call) -> Answer:
        """Answer one call from this machine; nobody else is answered."""
        if not _is_local(call):
            return _problem(403, "Only this machine may do that.")
        match call.method, call.path.removeprefix(PREFIX):
            case "GET", "calls":
                return json_answer(200, journal(self._state))
            case "POST", "reset":
                self._reset()
                return json_answer(200, {"reset": True})
            case "POST", "world":
                return self._obey(call.body, self._act)
            case method, "faults":
                return self._switch(method, call.body)
        return _problem(404, "There is faults, world, calls and reset.")

    def _switch(self, method: str, body: bytes) -> Answer:
        if method == "PUT":
            return self._obey(body, self._arm)
        if method == "DELETE":
            self._faults.disarm()
        elif method != "GET":
            return _problem(404, "Switches are read, put and deleted.")
        return json_answer(200, self._faults.as_json())

    def _arm(self, switches: Mapping[str, object]) -> object:
        self._faults.arm(switches)
        return self._faults.as_json()

    def _act(self, wish: Mapping[str, object]) -> object:
        return {"clusters": self._hands.act(wish)}

    def _obey(
        self, body: bytes, do: Callable[[Mapping[str, object]], object]
    ) -> Answer:
        try:
            wish = json.loads(body)
        except (ValueError, RecursionError):
            return _problem(400, "The body is not JSON.")
        if not isinstance(wish, dict):
            return _problem(400, "The body is not an object.")
        try:
            return json_answer(200, do(wish))
        except UnknownFault as unknown:
            return _problem(400, str(unknown))


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
