"""Middleware: health checks work under any host name, such as an IP or a pod's name."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PATHS: Final = ("/livez", "/readyz")


def any_host_for_probes(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """
    Replace the `Host` of /livez and /readyz by that of PUBLIC_URL.

    Django answers 400 to hosts outside ALLOWED_HOSTS. Neither page uses the host, so a
    forged one does no harm.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info in PATHS:
            request.META["HTTP_HOST"] = settings.PUBLIC_URL.netloc
        return get_response(request)

    return middleware
