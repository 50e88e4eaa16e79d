"""What a reverse proxy in front of the portal says about the browser."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """
    Return the address that logins are counted by.

    Behind a trusted proxy that is the last entry of X-Forwarded-For, the one that
    the proxy wrote itself: whatever stands before it, a client can make up.
    """
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.TRUST_PROXY and forwarded.strip():
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
