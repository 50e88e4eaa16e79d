"""A view that cannot read a request's body to its end answers 400."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from clusters.views.errors import unreadable


class UnreadableBodies:
    """
    Django's middleware for views.

    Django makes 400 of all that is wrong with a body but a connection that ends too soon.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Django calls this with what a view raised."""
        return unreadable(request, exception)
