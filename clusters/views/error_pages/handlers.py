"""
Django's error handlers (`handler400` and so on).

None of them reads the body of the HTTP request. Django's own handlers check the CSRF
token again: a body that cannot be read fails a second time there, with status 500.
"""

import logging
import sys
from dataclasses import replace
from typing import Final

from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from clusters import wiring
from clusters.operations.upkeep.writable import is_not_now
from clusters.views.error_pages import faults
from clusters.views.error_pages.bare import bare_page, fault_context
from clusters.views.error_pages.faults import Fault
from clusters.views.error_pages.typed import send_again

log = logging.getLogger(__name__)

SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")
"""HTTP methods that save nothing: no typed values can be lost."""

_RETRY_SECONDS: Final = 10


def fault_page(
    request: HttpRequest, fault: Fault, *, more: str | SafeString = ""
) -> HttpResponse:
    """
    Return the page of this fault with the portal's navigation, or a bare page without.

    The navigation needs the database and static files, which may be what is broken.
    `more` is another sentence.
    """
    context = fault_context(fault, request) | {"more": more}
    try:
        return render(request, "error.html", context, status=fault.status)
    except Exception as error:  # noqa: BLE001 - an error page must not fail
        log.warning("page.without_frame", extra={"error": type(error).__name__})
        return bare_page(request, fault, context={"more": more})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return 400 with the cause, or 413 if the body is too large."""
    if isinstance(exception, RequestDataTooBig):
        return fault_page(request, faults.TOO_LARGE)
    if isinstance(exception, SessionInterrupted):
        return fault_page(request, faults.INTERRUPTED)
    if isinstance(exception, DisallowedHost):
        return bare_page(request, faults.other_host(request, own=wiring.public_url()))
    return fault_page(request, faults.UNREADABLE)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return 403 with the message of the exception."""
    said = str(exception)
    fault = replace(faults.FORBIDDEN, sentence=said) if said else faults.FORBIDDEN
    return fault_page(request, fault)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return 404, the same for what does not exist and what one may not see."""
    return fault_page(request, faults.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 500, or 503 if the database is not available for a time."""
    error = sys.exception()
    if is_not_now(error):
        return database_page(request)
    return bare_page(request, faults.SERVER_ERROR)


def database_page(request: HttpRequest) -> HttpResponse:
    """
    Return 503: the database is not available; a submitted form can be sent again.

    The page gets a fresh CSRF token only if Django has checked that the form came from a
    page of the portal.
    """
    if request.method in SAFE_METHODS:
        page = bare_page(request, faults.UNAVAILABLE)
    elif getattr(request, "csrf_processing_done", False):
        page = send_again(request, _unsaved(request))
    else:
        page = bare_page(request, _unsaved(request))
    page["Retry-After"] = str(_RETRY_SECONDS)
    return page


def _unsaved(request: HttpRequest) -> Fault:
    match = request.resolver_match
    is_sign_in = match is not None and match.url_name == "login"
    return faults.NO_SIGN_IN if is_sign_in else faults.NOT_SAVED
