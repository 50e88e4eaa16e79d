"""A database that takes nothing now is answered with 503, a sentence and what was typed."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from clusters.operations.upkeep.writable import is_not_now
from clusters.views.error_pages.handlers import database_page

log = logging.getLogger(__name__)


class DatabaseAway:
    """
    Django's middleware for the errors of views: a line in the log and no traceback.

    What other middleware raises, as the one that saves sessions, ends in the same page:
    `clusters.views.error_pages.handlers.server_error`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Answer for the database; all else is not this one's."""
        if not is_not_now(exception):
            return None
        # One line, and nothing of the row: PostgreSQL quotes values in its second one.
        said = str(exception).partition("\n")[0][:200]
        log.error("database.not_now", extra={"error": said})
        return database_page(request)
