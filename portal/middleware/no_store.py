"""Middleware: `Cache-Control: private, no-store` on every response (RFC 9111)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control


def no_store(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """
    Keep browsers and proxies from storing pages, error pages and redirects included.

    A browser must not show a page from its cache after the sign-out. Static files are
    answered by WhiteNoise, an earlier middleware, and keep their own header.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware
