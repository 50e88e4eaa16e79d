"""No page is kept: not by a browser after its reader signed out, not by a proxy."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control


def no_store(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """
    Forbid it for every answer (Django's middleware), error pages and redirects included.

    Whose page it is does not matter: those without a login cost little to load again.
    Static files are answered before this one is asked, and keep what they say.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware
