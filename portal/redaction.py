"""Masks tokens and passwords in log events."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

MASK: Final = "[redacted]"

_NAMES: Final = (
    r"[\w.-]{0,40}(?:passw(?:or)?d|pwd|passphrase|secret|authorization|cookie|sessionid|"
    r"encryption_keys?|(?:auth|subject|security|csrf|csrfmiddleware|access|refresh)"
    r"[_-]?token)[\w.-]{0,40}|token"
)
_KEY: Final = re.compile(rf"(?:{_NAMES})\Z", re.IGNORECASE)
# Quotes may be escaped several times: JSON within JSON is common in logs. A value whose
# closing quote is missing is masked to the end of the text.
_QUOTED: Final = re.compile(
    rf"""(?P<head>\b(?:{_NAMES})(?:\\*["'])?\s*[:=]\s*[bru]?(?P<quote>\\*["']))"""
    r"(?P<secret>.*?)(?P<tail>(?<!\\)(?P=quote)|\Z)",
    re.IGNORECASE | re.DOTALL,
)
# Without quotes the end is not known: mask up to the next blank, rather too much.
_BARE: Final = re.compile(
    rf"""(?P<head>\b(?:{_NAMES})(?:\\*["'])?\s*[:=]\s*(?:(?:Bearer|Basic)\s+)?)"""
    r"""(?P<secret>(?!\[redacted\])[^\s"'{\[\\,;&)][^\s"'\\]*)(?P<tail>)""",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(
    r"""(?P<head>\b[a-z][a-z+]*://[^\s:/@"']*:)(?P<secret>[^\s/@"']+)(?P<tail>@)""",
    re.IGNORECASE,
)
# An IAM token is a signed message in base64, a Fernet value begins with its version.
_BY_SHAPE: Final = re.compile(
    r"(?<![\w+/-])(?:MII[\w+/=-]{40,}|gAAAA[\w-]{20,}={0,2})", re.ASCII
)


def redact_event(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Processor of structlog: mask message, arguments, extras and exception text."""
    for key, value in event.items():
        event[key] = redact_value(value, key=key)
    return event


def redact_value(value: Any, *, key: str = "") -> Any:
    """
    Return the value with secrets masked; objects other than plain data become text.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {k: redact_value(v, key=str(k)) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact_value(item, key=key) for item in value]
    return MASK if _KEY.match(key) else redact_text(_as_text(value))


def redact_text(text: str) -> str:
    """Mask what has the shape of a secret, or follows the name of one."""
    # These patterns need a colon or an equals sign; most texts have neither.
    if ":" in text or "=" in text:
        for pattern in (_QUOTED, _BARE, _ADDRESS):
            text = pattern.sub(rf"\g<head>{MASK}\g<tail>", text)
    return _BY_SHAPE.sub(MASK, text)


def _as_text(value: object) -> str:
    if isinstance(value, bytes | bytearray):
        return value.decode("utf-8", errors="replace")
    return repr(value) if isinstance(value, BaseException) else str(value)
