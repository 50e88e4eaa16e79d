"""
Removes secrets from text that the cloud sent.

A response may echo the request, password and token included, and its text is stored,
logged and shown.
"""

import html
import json
from typing import Final
from urllib.parse import quote

HIDDEN: Final = "[hidden]"

_PREFIX = 8
"""Characters of a secret by which its beginning is recognised at the end of a text."""


def redacted(text: str, secrets: tuple[str, ...]) -> str:
    """
    Return the text with each secret replaced by "[hidden]".

    Finds a secret as it is, and as JSON, HTML and a URL escape it; also its beginning
    at the end of a truncated text.
    """
    spellings = {spelling for secret in secrets for spelling in _spellings(secret)}
    for spelling in sorted(spellings, key=len, reverse=True):
        text = _without_cut_off_end(text.replace(spelling, HIDDEN), spelling)
    return text


def _spellings(secret: str) -> set[str]:
    if not secret:
        return set()
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(secret).replace("/", r"\/")[1:-1],
        html.escape(secret),
        quote(secret, safe=""),
    }


def _without_cut_off_end(text: str, secret: str) -> str:
    """Replace the beginning of a secret at the end of a truncated response."""
    at = text.rfind(secret[:_PREFIX]) if len(secret) > _PREFIX else -1
    if at >= 0 and secret.startswith(text[at:]):
        return text[:at] + HIDDEN
    return text
