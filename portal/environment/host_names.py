"""Names that the portal is called by, in the one form in which browsers send them."""

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.http.request import split_domain_port

_USUAL_PORTS: Final = {"http": 80, "https": 443}
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")


def origin_of(url: str) -> SplitResult | None:
    """
    Return http(s)://host[:port] as a browser writes it; None where there is more or less.

    Small letters, no port that is usual, no dot at the end, an IPv6 address short and in
    brackets, a name in other letters than ASCII as `xn--...`.
    """
    try:
        parts = urlsplit(url)
        host, port = canonical_host(parts.hostname or ""), parts.port
    except ValueError:
        return None
    extra = (
        parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    )
    if not host or extra or port == 0 or parts.scheme not in _USUAL_PORTS:
        return None
    usual = port in (None, _USUAL_PORTS[parts.scheme])
    return SplitResult(parts.scheme, host if usual else f"{host}:{port}", "", "", "")


def canonical_host(host: str) -> str:
    """
    Return the name as browsers send it and Django takes it; empty where neither can.

    An address of version 6 comes with or without its brackets, and leaves with them.
    """
    bare = host.removeprefix("[").removesuffix("]")
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        name = _ascii(host.lower().removesuffix("."))
    else:
        name = f"[{address}]" if address.version == 6 else str(address)
    # Django's own check, by which it would refuse every page.
    return name if split_domain_port(name) == (name, "") else ""


def host_of(origin: SplitResult) -> str:
    """Return the host as a browser names it: an IPv6 address in brackets."""
    host = origin.hostname or ""
    return f"[{host}]" if ":" in host else host


def host_and_port(address: str, port: int) -> str:
    """Return an address of either version as servers are told where to listen."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _ascii(name: str) -> str:
    """Return a name in ASCII; empty where browsers would not agree on it, or on a number."""
    try:
        encoded = name.encode("idna").decode()
        agreed = encoded.encode().decode("idna") == name or encoded == name
    except UnicodeError:
        return ""
    labels = encoded.split(".")
    is_number = bool(_NUMBER.fullmatch(labels[-1]))  # 127.1 is an address to a browser
    if not agreed or is_number or not all(map(_LABEL.fullmatch, labels)):
        return ""
    return encoded
