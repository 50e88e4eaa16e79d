"""
A head: one signed line that says how far the history had come at one moment. Pure.

The line is JSON in ASCII with sorted keys and no spaces:

* `format`: 1
* `installation`: the id of the installation, or empty
* `at`: when it was taken, ISO 8601 in UTC
* `last_event`: it covers all events whose primary key is at most this number
* `events`, `chains`: how many of them there are
* `root`: SHA-256, in hexadecimal, of one line for each chain: kind and id of its subject,
  number and hash of its last event, with blanks between them and a line feed at the end.
  First the requests by their id, then the others by kind and id, letter by letter
* `public_key`, `signature`: Ed25519 in base64, over the same JSON without `signature`

`docs/verify_head.py` verifies it without the portal.
"""

from dataclasses import asdict, dataclass
from typing import Final

from clusters.credentials.signing import Signer
from clusters.domain.signed_line import BadLine, Shapes, signed_line, signed_values

FORMAT: Final = 1


class BadHead(Exception):
    """The text is no head, or its signature is wrong; the message is half a sentence."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """What a head says; the module explains each value."""

    installation: str
    at: str
    last_event: int
    events: int
    chains: int
    root: str


@dataclass(frozen=True, kw_only=True)
class SignedHead:
    """A head whose signature was verified with the key in its line."""

    head: Head
    public_key: str


def line_of(head: Head, signer: Signer) -> str:
    """Return the signed line, without a line feed."""
    return signed_line({"format": FORMAT, **asdict(head)}, signer)


def read_line(line: str) -> SignedHead:
    """
    Return the head in this line.

    That its key is one of ours is for the caller to check.

    :raises BadHead: if it is no head of a known format, or its signature is wrong
    """
    try:
        values = signed_values(line, what="head", known_format=FORMAT, shapes=_SHAPES)
    except BadLine as bad:
        raise BadHead(str(bad)) from None
    public_key = values.pop("public_key")
    del values["format"]
    return SignedHead(head=Head(**values), public_key=public_key)


_SHAPES: Final[Shapes] = {
    "installation": r".{0,64}",
    "at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00",
    "last_event": int,
    "events": int,
    "chains": int,
    "root": r"[0-9a-f]{64}",
}
