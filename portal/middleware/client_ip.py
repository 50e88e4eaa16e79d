"""What a reverse proxy in front of the portal says about the browser."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """
    Return the address that logins are counted by.

    Behind a trusted proxy that is the last entry of X-Forwarded-For, the one that
    the proxy wrote itself: whatever stands before it, a client can make up. What is
    no address there counts as not written. No address has a zone (`fe80::1%eth0`): it
    means something on one machine only, it can be any text, and a database takes none.
    """
    peer = str(request.META.get("REMOTE_ADDR", "")).partition("%")[0]
    if not settings.TRUST_PROXY:
        return peer
    last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return _address(last) or peer


def _address(text: str) -> str:
    """Return the address without its port, which some proxies write behind it."""
    for candidate in (text, text.rpartition(":")[0].strip("[]")):
        if "%" in candidate:
            continue
        try:
            return str(ipaddress.ip_address(candidate))
        except ValueError:
            continue
    return ""
