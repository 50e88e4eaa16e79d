"""
Error pages that work if the services of the portal do not.

They need no database, session, cache, collected static file or context processor. The
style sheets are embedded, so that these pages look like all others.
"""

import base64
import hashlib
import logging
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
from django.utils.translation import gettext as _

from clusters.views.error_pages.faults import Fault

log = logging.getLogger(__name__)

_STYLE_SHEETS: Final = ("css/tokens.css", "css/base.css", "css/bare.css")


def bare_page(
    request: HttpRequest,
    fault: Fault,
    *,
    template: str = "bare.html",
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """
    Return the page of this fault, in the language of the HTTP request.

    `template` extends `bare.html` and gets `fault` and the names in `context`. If the
    template cannot be rendered, the page is plain text.
    """
    with translation.override(translation.get_language_from_request(request)):
        words = {**fault_context(fault, request), **(context or {})}
        try:
            return _page(template, words, fault)
        except Exception as error:  # noqa: BLE001 - an error page must not fail
            # Only the type: a traceback would log values that the page was given.
            facts = {"error": type(error).__name__}
            log.error("page.without_template", extra=facts)  # noqa: TRY400 - see above
            return _as_text(words, fault)


def _page(template: str, words: dict[str, Any], fault: Fault) -> HttpResponse:
    embedded = {
        "language": translation.get_language(),
        "style": _style(),
        "brand": _inline_icon("brand"),
        "icon": _inline_icon(fault.icon),
    }
    response = HttpResponse(
        render_to_string(template, embedded | words), status=fault.status
    )
    # django-csp reads this attribute: the policy allows this style sheet only.
    response._csp_update = {"style-src": [_hash(_style())]}  # type: ignore[attr-defined]
    return response


def _as_text(words: dict[str, Any], fault: Fault) -> HttpResponse:
    id_line = _("Quote this id to an operator:") + f" {words['request_id']}"
    lines = (f"{fault.status} {fault.title}", fault.sentence, id_line)
    return HttpResponse(
        "\n\n".join(map(str, lines)),
        status=fault.status,
        content_type="text/plain; charset=utf-8",
    )


def fault_context(fault: Fault, request: HttpRequest) -> dict[str, Any]:
    """Return the context of `components/error_text.html`; `request_id` is in the log."""
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
def _inline_icon(name: str) -> SafeString:
    """Return a symbol of `icons.svg` as an <svg> element, to need no static file."""
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
    """Return the text of a static file from the source tree; empty if it is unreadable."""
    path = finders.find(name)
    try:
        return Path(str(path)).read_text(encoding="utf-8") if path else ""
    except (OSError, ValueError):
        return ""


@cache
def _hash(style: str) -> str:
    digest = hashlib.sha256(style.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
