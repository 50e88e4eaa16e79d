"""The setting of one case: its clock, its folder, its broker and its port."""

import json
import socket
from dataclasses import asdict, dataclass
from typing import Self

from tests.drill.clock import Clock


@dataclass(frozen=True, kw_only=True)
class Setting:
    """
    What the process of a case is told, as JSON.

    `port` is free for the case to listen on. `broker` is `host:port` of the real broker,
    for a case with a relay.
    """

    seed: int
    case: int
    variant: str
    folder: str
    backend: str
    clock: Clock
    certificate: str
    port: int
    tls: bool = False
    broker: str = ""

    def to_json(self) -> str:
        """Return it as one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return what `to_json` wrote."""
        data = json.loads(text)
        return cls(**{**data, "clock": Clock(**data["clock"])})


def free_port() -> int:
    """Return a port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
