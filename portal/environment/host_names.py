"""Host names and origins in the normal form in which browsers send them."""

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
    Return the origin http(s)://host[:port] (RFC 6454) as a browser serializes it.

    Lower case, without the scheme's default port and without a final dot; an IPv6 address
    compressed and in brackets, an international name as `xn--...` (IDNA). None if the
    text is not exactly an origin.
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
    Return the host as browsers send it in `Host`; empty if it is not a valid host.

    An IPv6 address is accepted with and without brackets, and returned with them.
    """
    bare = host.removeprefix("[").removesuffix("]")
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        name = _ascii(host.lower().removesuffix("."))
    else:
        name = f"[{address}]" if address.version == 6 else str(address)
    # Django's own check of `Host`: a name that fails it would make every page a 400.
    return name if split_domain_port(name) == (name, "") else ""


def host_of(origin: SplitResult) -> str:
    """Return the host of the origin; an IPv6 address in brackets."""
    host = origin.hostname or ""
    return f"[{host}]" if ":" in host else host


def host_and_port(address: str, port: int) -> str:
    """Return `address:port` as servers take it; an IPv6 address in brackets."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _ascii(name: str) -> str:
    """Return the name in ASCII (IDNA); empty if browsers may read it in another way."""
    try:
        encoded = name.encode("idna").decode()
        agreed = encoded.encode().decode("idna") == name or encoded == name
    except UnicodeError:
        return ""
    labels = encoded.split(".")
    is_number = bool(
        _NUMBER.fullmatch(labels[-1])
    )  # browsers read 127.1 as an IPv4 address
    if not agreed or is_number or not all(map(_LABEL.fullmatch, labels)):
        return ""
    return encoded
