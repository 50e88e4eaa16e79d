"""Middleware: cookies after a sign-in, and the page 429 for a refused one."""

import math
from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from clusters.operations.accounts.sign_in import SignInLimited
from clusters.templatetags.portal_tags import clock
from clusters.views.error_pages.faults import CLOSED
from clusters.views.error_pages.handlers import fault_page
from portal.sign_in import sign_in_log
from portal.sign_in.known_browser import remember
from portal.sign_in.limited_backend import VERIFIED
from portal.sign_in.page_owner import remember_owner

_MINUTE: Final = 60


class SignInMiddleware:
    """
    Runs after the middlewares of sessions and authentication, whose results it reads.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        person, caller = getattr(request, VERIFIED, (None, None))
        if person is None or caller is None:
            return response
        if request.user.is_authenticated and request.user == person:
            # Not `person`: the view may have changed the password, so that object is
            # stale.
            remember(request, response, request.user)
            remember_owner(request, response, request.user)
            sign_in_log.succeeded(caller)
        else:
            sign_in_log.refused(caller, why="not admitted")
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """
        Return 429 with Retry-After in seconds for a reached limit, None for other
        errors.
        """
        if not isinstance(exception, SignInLimited):
            return None
        seconds = (exception.until - timezone.now()).total_seconds()
        waits = max(1, math.ceil(seconds))
        page = fault_page(request, CLOSED, more=_when(waits, exception.until))
        page["Retry-After"] = str(waits)
        return page


def _when(seconds: int, until: datetime) -> SafeString:
    minutes = math.ceil(seconds / _MINUTE)
    words = ngettext(
        "Try again in %(minutes)s minute, at %(time)s.",
        "Try again in %(minutes)s minutes, at %(time)s.",
        minutes,
    )
    return SafeString(words % {"minutes": minutes, "time": clock(until)})
