"""HTTP requests and responses of the simulator, independent of the transport."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import uuid4


class Termination(StrEnum):
    """How the transport ends the exchange."""

    ANSWERED = "answered"
    """The complete response is sent."""
    CLOSED = "closed"
    """The connection is closed without a byte of a response."""
    RESET = "reset"
    """The connection is reset (TCP RST) without a byte of a response."""
    TRUNCATED = "truncated"
    """The connection is closed in the middle of the body."""
    HANGING = "hanging"
    """The connection stays open, and nothing is sent."""
    DRIPPED = "dripped"
    """The response is sent byte by byte, with a pause between two bytes."""
    GARBLED = "garbled"
    """Bytes are sent that are neither HTTP nor TLS."""


@dataclass(frozen=True, kw_only=True)
class SimulatedRequest:
    """
    One HTTP request as it arrived.

    Header names are in lower case. ``complete`` is False if the body was shorter than
    its Content-Length. Headers and body may hold secrets and are left out of ``repr``.
    ``peer`` is the client's IP address; ``address`` is the URL of this simulator as the
    client used it: scheme://host:port.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    complete: bool = True
    peer: str = "127.0.0.1"
    address: str = ""
    request_id: str = field(default_factory=lambda: uuid4().hex)


@dataclass(frozen=True, kw_only=True)
class SimulatedResponse:
    """
    An HTTP response, and how the transport treats it.

    The transport waits ``delay_seconds`` before it sends. ``drip_seconds`` is the pause
    between two bytes of a response with termination DRIPPED. ``status`` is 0 if there
    is no response at all.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = b""
    termination: Termination = Termination.ANSWERED
    delay_seconds: float = 0
    drip_seconds: float = 0


NO_RESPONSE = SimulatedResponse(status=0, termination=Termination.CLOSED)
"""The connection is closed without a response."""


def json_response(
    status: int, data: object, headers: Mapping[str, str] | None = None
) -> SimulatedResponse:
    """Return a response with a JSON body."""
    return SimulatedResponse(
        status=status,
        headers={"Content-Type": "application/json", **(headers or {})},
        body=json.dumps(data).encode(),
    )
