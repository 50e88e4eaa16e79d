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

import json
import re
from dataclasses import asdict, dataclass
from typing import Any, Final

from clusters.credentials.signing import Signer, is_signature

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
    values = {"format": FORMAT, "public_key": signer.public_key, **asdict(head)}
    return _canonical(values | {"signature": signer.sign(_canonical(values).encode())})


def read_line(line: str) -> SignedHead:
    """
    Return the head in this line.

    That its key is one of ours is for the caller to check.

    :raises BadHead: if it is no head of a known format, or its signature is wrong
    """
    values = _object_in(line)
    if values.get("format") != FORMAT:
        raise BadHead(f"has the format {values.get('format')!r}, and {FORMAT} is known")
    for key, shape in _SHAPES.items():
        if not _has_shape(values.get(key), shape):
            raise BadHead(f"has no “{key}” that can be read")
    if extra := values.keys() - _SHAPES.keys() - {"format"}:
        raise BadHead(f"has “{min(extra)}”, which no head has")
    signature, public_key = values.pop("signature"), values["public_key"]
    content = _canonical(values).encode()
    if not is_signature(signature, content, public_key=public_key):
        raise BadHead("has a signature that is not that of its content")
    del values["public_key"], values["format"]
    return SignedHead(head=Head(**values), public_key=public_key)


_KEY: Final = r"[A-Za-z0-9+/]{43}="
_SHAPES: Final[dict[str, str | type[int]]] = {
    "installation": r".{0,64}",
    "at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00",
    "last_event": int,
    "events": int,
    "chains": int,
    "root": r"[0-9a-f]{64}",
    "public_key": _KEY,
    "signature": r"[A-Za-z0-9+/]{86}==",
}
"""A regular expression for a text, `int` for a whole number."""


def _has_shape(value: Any, shape: str | type[int]) -> bool:
    if isinstance(shape, str):
        return isinstance(value, str) and bool(re.fullmatch(shape, value, re.ASCII))
    return type(value) is int and value >= 0


def _object_in(line: str) -> dict[str, Any]:
    text = line.strip()
    if not text:
        raise BadHead("is empty")
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        is_cut = text.startswith("{") and not text.endswith("}")
        raise BadHead("is cut" if is_cut else "is no JSON") from None
    if not isinstance(values, dict):
        raise BadHead("is JSON, and no head")
    return values


def _canonical(values: dict[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, separators=(",", ":"))
