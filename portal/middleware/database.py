"""Middleware: 503 if the database is unavailable; the page keeps the form's input."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from clusters.operations.upkeep.writable import is_not_now
from clusters.views.error_pages.handlers import database_page

log = logging.getLogger(__name__)


class DatabaseUnavailableMiddleware:
    """
    Turns such errors of views into the page, with one log line and no traceback.

    Errors of other middleware (saving the session) reach the same page through
    `clusters.views.error_pages.handlers.server_error`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Return the page for an unavailable database, or None for any other error."""
        if not is_not_now(exception):
            return None
        # The first line only: PostgreSQL quotes values of the row in the second one.
        said = str(exception).partition("\n")[0][:200]
        log.error("database.unavailable", extra={"error": said})
        return database_page(request)
