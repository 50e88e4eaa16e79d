"""A call and its answer, whichever transport carries them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import uuid4


class Ending(StrEnum):
    """How the transport ends a call."""

    ANSWERED = "answered"
    CLOSED = "closed"
    """The connection is closed without one byte of an answer."""
    RESET = "reset"
    """The same, with a reset."""
    TRUNCATED = "truncated"
    """The connection is closed in the middle of the body."""
    HANGING = "hanging"
    """The connection stays open, and nothing comes."""
    DRIPPED = "dripped"
    """The answer comes byte by byte."""
    GARBLED = "garbled"
    """What comes is no HTTP; over TLS, no TLS."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """
    One HTTP request as it arrived.

    Header names are in lower case. ``complete`` is False where the head promised more
    body than came. Headers and body hold secrets and stay out of ``repr``. ``address``
    is where this simulator was asked: scheme://host:port.
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
class Answer:
    """
    What the cloud says, and whether it gets through.

    ``delay_seconds`` go by before it leaves, ``drip_seconds`` between two bytes of one
    that is dripped.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = b""
    ending: Ending = Ending.ANSWERED
    delay_seconds: float = 0
    drip_seconds: float = 0


SILENCE = Answer(status=0, ending=Ending.CLOSED)
"""Nothing was done and nothing is said."""


def json_answer(
    status: int, data: object, headers: Mapping[str, str] | None = None
) -> Answer:
    """Return an answer with a JSON body."""
    return Answer(
        status=status,
        headers={"Content-Type": "application/json", **(headers or {})},
        body=json.dumps(data).encode(),
    )
