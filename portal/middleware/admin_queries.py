"""Middleware: an admin list whose query fails in the database is shown without it."""

import logging
from collections.abc import Callable
from typing import Final

from django.contrib.admin.views.main import ERROR_FLAG
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

log = logging.getLogger(__name__)

_WITHOUT: Final = f"{ERROR_FLAG}=1"
"""Django's admin redirects to this query after an invalid lookup (`ChangeList`)."""

_BROKEN: Final = (DatabaseError, OverflowError, ValueError, TypeError, IndexError)
"""
What lookups raise for a NUL, a lone surrogate, a number out of range, an invalid pattern
or a range of one value. It differs between databases and column types.
"""


class AdminLookupMiddleware:
    """
    Redirect from an admin page that failed with a query to the same page without it.

    Staff may look up any column, so valid queries cannot be listed beforehand. A page
    that fails without a query is a programming error and is left to Django.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Return the redirect, or None to leave the error to Django."""
        query = request.META.get("QUERY_STRING", "")
        if query in ("", _WITHOUT) or not _is_lookup(request):
            return None
        if not isinstance(exception, _BROKEN):
            return None
        log.warning("admin.query_dropped", extra={"reason": type(exception).__name__})
        return redirect(f"{request.path}?{_WITHOUT}")


def _is_lookup(request: HttpRequest) -> bool:
    """Whether the query is a lookup and the redirect loses no form input."""
    match = request.resolver_match
    if match is None or match.app_name != "admin":
        return False
    is_list = (match.url_name or "").endswith("_changelist")
    return is_list or request.method in ("GET", "HEAD")
