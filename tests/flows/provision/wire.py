"""A wire to the simulated cloud on which single answers can be replaced."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from urllib3 import HTTPResponse

from clusters.simulator.adapter import SimulatorAdapter
from clusters.simulator.world import World


@dataclass
class Scripted:
    """One answer that takes the place of the simulator's; the body is read first."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    does_it: bool = False

    @classmethod
    def json(cls, status: int, body: Any, *, does_it: bool = False, **headers: str):
        """Return an answer in JSON."""
        names = {key.replace("_", "-"): value for key, value in headers.items()}
        return cls(status, json.dumps(body).encode(), names, does_it)


class Wire(SimulatorAdapter):
    """
    Carries calls to the world; `next_create` and `next_list` replace one answer.

    `garble` is handed what every read answers, by the last part of its path, and returns
    what is to be answered instead.
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.next_create: Scripted | None = None
        self.next_list: Scripted | None = None
        self.before_create: Callable[[], None] | None = None
        self.before_list: Callable[[], None] | None = None
        self.on_create: Callable[[str], None] = lambda path: None
        self.garble: Callable[[str, Any], Any] | None = None
        self.lists = 0

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        path = (request.url or "").split("?")[0]
        if path.endswith("/clusters") and request.method == "POST":
            return self._create(request, *args, **kwargs)
        if path.endswith("/clusters"):
            self.lists += 1
            if self.before_list:
                self.before_list()
            if script := self._next_script("next_list"):
                return self._answer(request, script)
        answer = super().send(request, *args, **kwargs)
        if self.garble is None or request.method != "GET":
            return answer
        changed = self.garble(path.rsplit("/", 1)[-1], answer.json())
        return self._answer(request, Scripted.json(answer.status_code, changed))

    def _create(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        if self.before_create:
            self.before_create()
        self.on_create(urlsplit(request.url or "").path)
        script = self._next_script("next_create")
        if script is None or script.does_it:
            answer = super().send(request, *args, **kwargs)
            return answer if script is None else self._answer(request, script)
        while request.body.read(16_384):  # opens the gate, as the real wire does
            pass
        return self._answer(request, script)

    def _next_script(self, name: str) -> Scripted | None:
        script: Scripted | None = getattr(self, name)
        setattr(self, name, None)
        return script

    def _answer(self, request: PreparedRequest, script: Scripted) -> Response:
        raw = HTTPResponse(
            body=BytesIO(script.body),
            headers=script.headers,
            status=script.status,
            preload_content=False,
        )
        return self.build_response(request, raw)
