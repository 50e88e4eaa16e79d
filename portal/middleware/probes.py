"""Health checks call a process by whatever address they know: an IP, a pod's name."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PATHS: Final = ("/livez", "/readyz")


def any_host_for_probes(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """
    Answer /livez and /readyz under any host name (Django's middleware).

    Neither shows or follows the name, so nothing can be done with a made-up one.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info in PATHS:
            request.META["HTTP_HOST"] = settings.PUBLIC_URL.netloc
        return get_response(request)

    return middleware
