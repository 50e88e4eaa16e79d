"""Takes tokens and passwords out of everything that is logged."""

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
# The quotes may be escaped, once or many times: JSON inside JSON is common in logs.
# A value whose closing quote was cut off is masked to the end.
_QUOTED: Final = re.compile(
    rf"""(?P<head>\b(?:{_NAMES})(?:\\*["'])?\s*[:=]\s*[bru]?(?P<quote>\\*["']))"""
    r"(?P<secret>.*?)(?P<tail>(?<!\\)(?P=quote)|\Z)",
    re.IGNORECASE | re.DOTALL,
)
# Without quotes nobody knows where it ends: up to the next blank, rather too far.
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
    """Mask one log event: message, arguments, extras, exception text (structlog)."""
    for key, value in event.items():
        event[key] = redact_value(value, key=key)
    return event


def redact_value(value: Any, *, key: str = "") -> Any:
    """Return the value with every secret masked; what is no plain data becomes text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {k: redact_value(v, key=str(k)) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact_value(item, key=key) for item in value]
    return MASK if _KEY.match(key) else redact_text(_as_text(value))


def redact_text(text: str) -> str:
    """Mask what looks like a secret, or stands beside a name that says so."""
    # These want a colon or an equals sign, and most texts have neither.
    if ":" in text or "=" in text:
        for pattern in (_QUOTED, _BARE, _ADDRESS):
            text = pattern.sub(rf"\g<head>{MASK}\g<tail>", text)
    return _BY_SHAPE.sub(MASK, text)


def _as_text(value: object) -> str:
    if isinstance(value, bytes | bytearray):
        return value.decode("utf-8", errors="replace")
    return repr(value) if isinstance(value, BaseException) else str(value)
