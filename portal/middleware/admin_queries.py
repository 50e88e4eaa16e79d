"""Lists of the admin: a query that the database cannot take is dropped, whatever it is."""

import logging
from collections.abc import Callable
from typing import Final

from django.contrib.admin.views.main import ERROR_FLAG
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

log = logging.getLogger(__name__)

_WITHOUT: Final = f"{ERROR_FLAG}=1"
"""The query to which Django, too, leads from what it cannot read."""

_BROKEN: Final = (DatabaseError, OverflowError, ValueError, TypeError, IndexError)
"""
What lookups raise: a NUL or half a character, a number that is too long, a pattern that
is none, a range of one value. Each database and each kind of column has its own.
"""


class AdminQueries:
    """
    Django's middleware for the errors of views.

    Leads from a page of the admin that failed with a query to the same page without it.

    Whoever may open the admin may look up any column there, so no list of good queries
    could be complete. What fails without the query is a fault and stays one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Answer for the view, or leave it to Django."""
        query = request.META.get("QUERY_STRING", "")
        if query in ("", _WITHOUT) or not _is_lookup(request):
            return None
        if not isinstance(exception, _BROKEN):
            return None
        log.warning("admin.query_dropped", extra={"reason": type(exception).__name__})
        return redirect(f"{request.path}?{_WITHOUT}")


def _is_lookup(request: HttpRequest) -> bool:
    """Whether the query asks the database, and nothing that was typed would be lost."""
    match = request.resolver_match
    if match is None or match.app_name != "admin":
        return False
    is_list = (match.url_name or "").endswith("_changelist")
    return is_list or request.method in ("GET", "HEAD")
