"""
Removes secrets from text that the cloud sent.

A response may echo the request, passwords and token included, and its text is stored,
logged and shown.
"""

import html
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, quote_plus

HIDDEN: Final = "[hidden]"

_SHORTEST: Final = 8
"""Characters of a secret whose beginning is looked for at the end of a text."""
_PREFIX: Final = 4
"""How many characters that beginning has at least."""
_IN_URL: Final = re.compile("%[0-9A-F]{2}")

_ESCAPED_FOR_HTML: Final = str.maketrans(
    {character: f"\\u{ord(character):04x}" for character in "<>&'"}
)
"""Characters that some libraries for JSON escape, so that it can stand in a page."""


def redacted(text: str, secrets: tuple[str, ...]) -> str:
    """
    Return the text with each secret replaced by "[hidden]".

    Finds a secret as it is, as JSON, HTML and a URL escape it, and within base64; also
    its beginning at the end of a truncated text.
    """
    spellings = {spelling for secret in secrets for spelling in _spellings(secret)}
    for spelling in sorted(spellings, key=len, reverse=True):
        text = _without_cut_off_end(text.replace(spelling, HIDDEN), spelling)
    return text


def _spellings(secret: str) -> set[str]:
    if not secret:
        return set()
    in_json = json.dumps(secret)[1:-1]
    in_url = quote(secret, safe="")
    as_html = html.escape(secret)
    return {
        secret,
        in_json,
        json.dumps(secret, ensure_ascii=False)[1:-1],
        in_json.replace("/", r"\/"),
        in_json.translate(_ESCAPED_FOR_HTML),
        in_json.translate(_ESCAPED_FOR_HTML).replace("/", r"\/"),
        as_html,
        as_html.replace("&#x27;", "&#39;"),
        html.escape(secret, quote=False),
        in_url,
        _IN_URL.sub(lambda escape: escape[0].lower(), in_url),
        quote_plus(secret),
        quote(secret),
        *_within_base64(secret),
    }


def _within_base64(secret: str) -> Iterator[str]:
    """
    Yield what base64 makes of the secret, wherever it stands in a longer text.

    Three bytes become four characters, so there are three cases; the characters at both
    ends depend on the neighbours, too, and are left out.
    """
    raw = secret.encode("utf-8", "backslashreplace")
    for before in range(3):
        coded = b64encode(bytes(before) + raw).decode().rstrip("=")
        whole = (before + len(raw)) * 8 // 6
        inner = coded[-(-before * 8 // 6) : whole]
        yield inner
        yield inner.replace("+", "-").replace("/", "_")


def _without_cut_off_end(text: str, secret: str) -> str:
    """Replace the beginning of a secret at the end of a truncated response."""
    at = text.rfind(secret[:_PREFIX]) if len(secret) >= _SHORTEST else -1
    if at >= 0 and secret.startswith(text[at:]):
        return text[:at] + HIDDEN
    return text
