"""Taking secrets out of words that came from outside."""

import html
import json
from typing import Final
from urllib.parse import quote

HIDDEN: Final = "[hidden]"

_PREFIX = 8
"""So much of a secret at the very end of a cut text gives it away."""


def redacted(text: str, secrets: tuple[str, ...]) -> str:
    """Return the text without these secrets, however JSON, HTML or a URL spell them."""
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
    """Hide the beginning of a secret in whose middle a broken answer ends."""
    at = text.rfind(secret[:_PREFIX]) if len(secret) > _PREFIX else -1
    if at >= 0 and secret.startswith(text[at:]):
        return text[:at] + HIDDEN
    return text
