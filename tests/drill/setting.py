"""What one row is given: its clock, its folder, its broker and its port."""

import json
import socket
from dataclasses import asdict, dataclass
from typing import Self

from tests.drill.clock import Clock


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What the row process is told; goes to JSON and back."""

    seed: int
    row: int
    variant: str
    folder: str
    backend: str
    clock: Clock
    certificate: str
    port: int
    tls: bool = False
    broker: str = ""

    def to_json(self) -> str:
        """Return it as one line."""
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
