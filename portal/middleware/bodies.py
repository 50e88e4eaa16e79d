"""Middleware: 400 for a Content-Length that is not a number."""

import re
from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from clusters.views.error_pages.handlers import bad_request

_LENGTH: Final = re.compile(r"[0-9]{0,18}", re.ASCII)


class ContentLengthMiddleware:
    """
    Checks Content-Length before the CSRF middleware reads the body.

    Django answers 400 to other faults of a body, but reads an invalid length as 0
    (`WSGIRequest`). gunicorn refuses such a length itself; other servers may not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, *_: Any, **__: Any
    ) -> HttpResponse | None:
        """
        Return 400 if the length is invalid; called for URLs that exist, before the
        view.
        """
        if _LENGTH.fullmatch(request.META.get("CONTENT_LENGTH") or ""):
            return None
        return bad_request(request, BadRequest("Content-Length is no number"))
