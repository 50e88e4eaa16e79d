"""
Validation of messages: only those of the shape that the portal writes are accepted.

Anybody with access to the broker can publish anything, and many invalid messages end a
Celery worker (message protocol 2, docs.celeryq.dev "Message Protocol").
"""

import base64
import json
from collections.abc import Container, Mapping
from datetime import datetime
from typing import Any, Final

from kombu import compression

LONGEST: Final = 64 * 1024
"""Most bytes of a body, or of a file of the embedded broker. Usual are about 1,000."""

_LONGEST_WORD: Final = 1_000
_LARGEST: Final = 2**63 - 1
_ENVELOPE: Final = {
    "body": str, "headers": dict, "properties": dict,
    "content-type": str, "content-encoding": str,
}  # fmt: skip
_PROPERTIES: Final = {"delivery_tag": str, "delivery_info": dict, "body_encoding": str}
_DELIVERY: Final = {"exchange": str, "routing_key": str}
_BROKEN: Final = (ValueError, RecursionError, TypeError, AttributeError)


class InvalidMessage(Exception):
    """The message is not one of the portal's; the text says why."""


def read_envelope(text: str | bytes) -> dict[str, Any]:
    """
    Return the envelope that kombu's virtual transports (files, Redis) store.

    :raises InvalidMessage: if kombu could not read it as a message
    """
    envelope = _json(text)
    check_envelope(envelope)
    return dict(envelope)


def check_envelope(envelope: Any) -> None:
    """
    Check the parts of an envelope that kombu's `virtual.Message` uses unchecked.

    :raises InvalidMessage: if a part is missing or of another type
    """
    _check_types(envelope, _ENVELOPE)
    properties = envelope["properties"]
    _check_types(properties, _PROPERTIES)
    _check_types(properties["delivery_info"], _DELIVERY)
    if properties["body_encoding"] != "base64" or envelope["headers"].get(
        "compression"
    ):
        raise InvalidMessage("compressed or encoded in another way")
    try:
        base64.b64decode(envelope["body"], validate=True)
    except _BROKEN as error:
        raise InvalidMessage("the body is not base64") from error


def task_headers(message: Any, *, tasks: Container[str]) -> dict[str, Any]:
    """
    Check the message, and return the headers that Celery may use.

    Only headers that the portal's own messages need are kept; those by which a message
    could start further tasks (`callbacks`, `chain`) are dropped.

    :raises InvalidMessage: if it is not a message of the portal
    """
    kind = (message.content_type, str(message.content_encoding).lower())
    if kind != ("application/json", "utf-8"):
        raise InvalidMessage("not JSON in UTF-8")
    _check_body(message.body)
    headers = message.headers
    if not isinstance(headers, dict):
        raise InvalidMessage("headers of another kind")
    kept = {name: headers[name] for name in _HEADERS if name in headers}
    wrong = [name for name, value in kept.items() if not _HEADERS[name](value)]
    if wrong or not {"task", "id"} <= set(kept):
        raise InvalidMessage(f"wrong headers: {', '.join(wrong) or 'no task or id'}")
    if kept["task"] not in tasks:
        raise InvalidMessage("no task of the portal")
    return kept


def refuse_compression() -> None:
    """Disable kombu's decompression: a small body could expand to fill the memory."""
    for kind in compression.encoders():
        compression.register(_unpack, _unpack, kind)


def _unpack(_: bytes) -> bytes:
    raise InvalidMessage("compressed or encoded in another way")


def _check_body(body: Any) -> None:
    if len(body or b"") > LONGEST:
        raise InvalidMessage("the body is too long")
    match _json(bytes(body) if isinstance(body, memoryview) else body):
        case [[], dict() as named, dict() as embedded] if not any(embedded.values()):
            _check_flat(named)
        case _:
            raise InvalidMessage("a body of another kind")


def _check_flat(named: Mapping[str, Any]) -> None:
    if not _is_flat(named):
        raise InvalidMessage("arguments of another kind")


def _is_flat(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_scalar, value.values()))


def _is_scalar(value: Any) -> bool:
    if isinstance(value, int):
        return -_LARGEST <= value <= _LARGEST
    return value is None or _is_word(value)


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_WORD


def _is_word_or_none(value: Any) -> bool:
    return value is None or _is_word(value)


def _is_moment_or_none(value: Any) -> bool:
    try:
        return value is None or bool(datetime.fromisoformat(value))
    except (TypeError, ValueError):
        return False


_HEADERS: Final = {
    "task": _is_word,
    "id": _is_word,
    "lang": _is_word_or_none,
    "root_id": _is_word_or_none,
    "parent_id": _is_word_or_none,
    "origin": _is_word_or_none,
    "argsrepr": _is_word_or_none,
    "kwargsrepr": _is_word_or_none,
    "expires": _is_moment_or_none,
    "__django_structlog__": _is_flat,
}
"""Celery's headers that the portal uses, each with its check; others are dropped."""


def _check_types(found: Any, types: Mapping[str, type]) -> None:
    if not isinstance(found, dict):
        raise InvalidMessage("no JSON object")
    for name, wanted in types.items():
        if not isinstance(found.get(name), wanted):
            raise InvalidMessage(f"{name} is missing or of another kind")


def _json(text: Any) -> Any:
    try:
        return json.loads(text)
    except _BROKEN as error:
        raise InvalidMessage("no JSON, or nested too deeply") from error
