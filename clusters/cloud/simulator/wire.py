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


@dataclass(frozen=True, kw_only=True)
class Call:
    """
    One HTTP request as it arrived.

    Header names are in lower case. ``complete`` is False where the head promised more
    body than came. Headers and body hold secrets and stay out of ``repr``.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    complete: bool = True
    peer: str = "127.0.0.1"
    request_id: str = field(default_factory=lambda: uuid4().hex)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the cloud says, and whether it gets through."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = b""
    ending: Ending = Ending.ANSWERED


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
