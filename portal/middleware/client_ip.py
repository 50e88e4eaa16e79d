"""IP address of the client, behind a trusted reverse proxy or without one."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """
    Return the client's IP address, by which sign-ins are counted.

    With TRUST_PROXY it is the last entry of X-Forwarded-For, which the proxy appended;
    earlier entries can be forged. An entry that is not an address is ignored. Zone ids
    (`fe80::1%eth0`, RFC 4007) are not accepted: they may be arbitrary text, and have a
    meaning on one machine only.
    """
    peer = str(request.META.get("REMOTE_ADDR", "")).partition("%")[0]
    if not settings.TRUST_PROXY:
        return peer
    last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return _address(last) or peer


def _address(text: str) -> str:
    """
    Return the address without the port that some proxies append; empty if invalid.
    """
    for candidate in (text, text.rpartition(":")[0].strip("[]")):
        if "%" in candidate:
            continue
        try:
            return str(ipaddress.ip_address(candidate))
        except ValueError:
            continue
    return ""
