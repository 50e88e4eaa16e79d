"""Middleware: pages can be read while sessions cannot be saved (read-only database)."""

from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import Error as AnyDatabaseError
from django.http import HttpRequest, HttpResponse

from clusters.operations.upkeep.writable import is_not_now
from clusters.views.error_pages.handlers import SAFE_METHODS


class PortalSessionMiddleware(SessionMiddleware):
    """
    Django's middleware, which distinguishes a deleted session from a read-only database.

    If saving the session fails because the database accepts no writes, a GET still gets
    its page (at worst a message is shown twice); a POST gets 503 instead of Django's 400.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponse
    ) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except (AnyDatabaseError, SessionInterrupted) as error:
            refusal = _database_error_behind(error)
            if refusal is None:
                raise
            if request.method in SAFE_METHODS:
                return response
            raise refusal from refusal.__cause__  # which holds the database's error code


def _database_error_behind(error: BaseException | None) -> BaseException | None:
    """
    Return the database error in the chain of contexts; Django raises its own on top.
    """
    while error is not None and not is_not_now(error):
        error = error.__context__
    return error
