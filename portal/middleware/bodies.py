"""A request that says no number for the length of its body is answered with 400."""

import re
from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from clusters.views.error_pages.handlers import bad_request

_LENGTH: Final = re.compile(r"[0-9]{0,18}", re.ASCII)


class KnownLengths:
    """
    Django's middleware for views; it stands before the one that looks for a CSRF token.

    Django makes 400 of all else that is wrong with a body, and takes one that ends too
    soon for an empty one. gunicorn refuses such a length itself; other servers may not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, *_: Any, **__: Any
    ) -> HttpResponse | None:
        """Django calls this for addresses that exist, before the view."""
        if _LENGTH.fullmatch(request.META.get("CONTENT_LENGTH") or ""):
            return None
        return bad_request(request, BadRequest("Content-Length is no number"))
