"""Reading goes on where a session cannot be saved, and nothing else is taken for done."""

from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import Error as AnyDatabaseError
from django.http import HttpRequest, HttpResponse

from clusters.operations.upkeep.writable import is_not_now
from clusters.views.error_pages.handlers import SAFE_METHODS


class Sessions(SessionMiddleware):
    """
    Django's, but it tells a session that is gone from a database that takes no changes.

    A page that was only read is shown: what it changes in a session is small, messages
    that were shown are shown once more. The answer to a POST is 503 and not 400.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponse
    ) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except (AnyDatabaseError, SessionInterrupted) as error:
            refusal = _refusal_behind(error)
            if refusal is None:
                raise
            if request.method in SAFE_METHODS:
                return response
            raise refusal from refusal.__cause__  # which holds the database's code


def _refusal_behind(error: BaseException | None) -> BaseException | None:
    """Return what the database said; Django raises its own error while it handles that."""
    while error is not None and not is_not_now(error):
        error = error.__context__
    return error
