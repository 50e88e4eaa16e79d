"""
The pages for what went wrong.

None of them reads the request's body. Django's own handlers check the CSRF token once
more, so a body that cannot be read fails there a second time, and the answer is 500.
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
"""The HTTP methods by which nothing was to be saved, so nothing that was typed is lost."""

_RETRY_SECONDS: Final = 10


def fault_page(
    request: HttpRequest, fault: Fault, *, more: str | SafeString = ""
) -> HttpResponse:
    """
    Say what is wrong within the frame of the portal, or without it where that breaks.

    The frame asks the database who reads it, and names collected files. `more` is one
    more sentence.
    """
    context = fault_context(fault, request) | {"more": more}
    try:
        return render(request, "error.html", context, status=fault.status)
    except Exception as error:  # noqa: BLE001 - whatever it is, the page is to be shown
        log.warning("page.without_frame", extra={"error": type(error).__name__})
        return bare_page(request, fault, context={"more": more})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, or 413 where more was sent than any page takes; each cause by its name."""
    if isinstance(exception, RequestDataTooBig):
        return fault_page(request, faults.TOO_LARGE)
    if isinstance(exception, SessionInterrupted):
        return fault_page(request, faults.INTERRUPTED)
    if isinstance(exception, DisallowedHost):
        return bare_page(request, faults.other_host(request, own=wiring.public_url()))
    return fault_page(request, faults.UNREADABLE)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 with the sentence of the exception."""
    said = str(exception)
    fault = replace(faults.NOT_YOURS, sentence=said) if said else faults.NOT_YOURS
    return fault_page(request, fault)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404, which says nothing about the address."""
    return fault_page(request, faults.NOT_THERE)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 for a fault that passes; Django calls it while it handles one."""
    error = sys.exception()
    if is_not_now(error):
        return database_page(request)
    return bare_page(request, faults.BROKEN)


def database_page(request: HttpRequest) -> HttpResponse:
    """
    Answer 503: the database takes nothing now. What was typed can be sent again.

    Only what came from a page of ours, as the check for CSRF has found, gets a fresh
    token to be sent again with.
    """
    if request.method in SAFE_METHODS:
        page = bare_page(request, faults.NOT_SHOWN)
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
