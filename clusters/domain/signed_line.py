"""
A line of JSON that somebody has signed, and how its values have to look. Pure.

JSON in ASCII with sorted keys and no spaces; `public_key` and `signature` are Ed25519 in
base64, the signature over the same JSON without `signature`.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from clusters.credentials.signing import Signer, is_signature

Shapes = Mapping[str, str | type[int]]
"""By key: a regular expression for a text, `int` for a whole number that is not negative."""


class BadLine(Exception):
    """The text is no such line, or its signature is wrong; the message is half a sentence."""


def signed_line(values: Mapping[str, Any], signer: Signer) -> str:
    """Return these values as a signed line, without a line feed."""
    covered = {**values, "public_key": signer.public_key}
    signature = signer.sign(_canonical(covered).encode())
    return _canonical({**covered, "signature": signature})


def signed_values(
    line: str, *, what: str, known_format: int, shapes: Shapes
) -> dict[str, Any]:
    """
    Return the values of a line, `public_key` among them and `signature` not.

    That the key is one of ours is for the caller to check.

    :param what: what the line has to be, for messages: "head"
    :param known_format: the value that its `format` has to have
    :param shapes: of all its other values but key and signature
    :raises BadLine: if it is no line of this format, or its signature is wrong
    """
    values = _object_in(line, what)
    if values.get("format") != known_format:
        raise BadLine(
            f"has the format {values.get('format')!r}, and {known_format} is known"
        )
    wanted = {**shapes, **_SIGNED}
    for key, shape in wanted.items():
        if not _has_shape(values.get(key), shape):
            raise BadLine(f"has no “{key}” that can be read")
    if extra := values.keys() - wanted.keys() - {"format"}:
        raise BadLine(f"has “{min(extra)}”, which no {what} has")
    signature = values.pop("signature")
    content = _canonical(values).encode()
    if not is_signature(signature, content, public_key=values["public_key"]):
        raise BadLine("has a signature that is not that of its content")
    return values


_SIGNED: Final[Shapes] = {
    "public_key": r"[A-Za-z0-9+/]{43}=",
    "signature": r"[A-Za-z0-9+/]{86}==",
}


def _has_shape(value: Any, shape: str | type[int]) -> bool:
    if isinstance(shape, str):
        return isinstance(value, str) and bool(re.fullmatch(shape, value, re.ASCII))
    return type(value) is int and value >= 0


def _object_in(line: str, what: str) -> dict[str, Any]:
    text = line.strip()
    if not text:
        raise BadLine("is empty")
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        is_cut = text.startswith("{") and not text.endswith("}")
        raise BadLine("is cut" if is_cut else "is no JSON") from None
    if not isinstance(values, dict):
        raise BadLine(f"is JSON, and no {what}")
    return values


def _canonical(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, separators=(",", ":"))
