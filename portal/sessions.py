"""Reading goes on where a session cannot be saved."""

from django.contrib.sessions.middleware import SessionMiddleware
from django.db import Error as AnyDatabaseError
from django.http import HttpRequest, HttpResponse

from clusters.operations.writable import is_not_now

_SAFE = ("GET", "HEAD", "OPTIONS")


class Sessions(SessionMiddleware):
    """
    Django's, but for a page that was only read: it is shown though nothing is saved.

    What such a page changes in a session is small: messages that were shown are shown once
    more. A sign-in or a sign-out is a POST, and is not taken for done.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponse
    ) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except AnyDatabaseError as error:
            if request.method in _SAFE and is_not_now(error):
                return response
            raise
