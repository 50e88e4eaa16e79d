"""
A page that needs nothing but its own process.

No database, no session, no cache, no collected file, no context processor: it says what is
wrong with any of these. It looks like the others, since it carries their style sheets.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import structlog
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.http import escape_leading_slashes
from django.utils.safestring import SafeString, mark_safe

from clusters.views.faults import Fault

_STYLE_SHEETS: Final = ("css/tokens.css", "css/base.css", "css/bare.css")


def bare_page(
    request: HttpRequest,
    fault: Fault,
    *,
    template: str = "bare.html",
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """
    Say what is wrong, in the language of the request, with the status of the fault.

    `template` extends `bare.html`; it gets `fault` and whatever `context` adds.
    """
    with translation.override(translation.get_language_from_request(request)):
        page = render_to_string(
            template,
            words_of(fault, request)
            | {
                "language": translation.get_language(),
                "style": _style(),
                "brand": _drawn("brand"),
                "icon": _drawn(fault.icon),
            }
            | dict(context or {}),
        )
    response = HttpResponse(page, status=fault.status)
    # Read by django-csp: no style but this one.
    response._csp_update = {"style-src": [_hash(_style())]}  # type: ignore[attr-defined]
    return response


def words_of(fault: Fault, request: HttpRequest) -> dict[str, Any]:
    """Return what `components/sorry.html` shows; `request_id` names a line of the log."""
    here = escape_leading_slashes(request.get_full_path())
    return {
        "fault": fault,
        "link_url": reverse(fault.url_name) if fault.url_name else here,
        "request_id": structlog.contextvars.get_contextvars().get("request_id", ""),
    }


@cache
def _style() -> SafeString:
    return mark_safe("\n".join(map(_read, _STYLE_SHEETS)))  # noqa: S308 - our own files


@cache
def _drawn(name: str) -> SafeString:
    """Return a symbol as a picture of its own: a page cannot point into another file."""
    symbol = re.search(
        rf'<symbol id="i-{name}" viewBox="([0-9 ]+)">(.*?)</symbol>',
        _read("img/icons.svg"),
    )
    if symbol is None:
        return SafeString()
    box, lines = symbol.groups()
    return mark_safe(  # noqa: S308 - our own file
        f'<svg class="icon" viewBox="{box}" aria-hidden="true">{lines}</svg>'
    )


def _read(name: str) -> str:
    """Return a file as it stands in the checkout, or nothing: a page goes without it."""
    path = finders.find(name)
    try:
        return Path(str(path)).read_text(encoding="utf-8") if path else ""
    except (OSError, ValueError):
        return ""


@cache
def _hash(style: str) -> str:
    digest = hashlib.sha256(style.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
