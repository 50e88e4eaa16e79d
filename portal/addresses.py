"""What is wrong with an address that somebody set, in words; nothing repeats it."""

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

_HOST: Final = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")
_DATABASE_NUMBER: Final = re.compile(r"/?|/[0-9]{1,4}")


def wrong_with_url(url: str, schemes: tuple[str, ...]) -> str:
    """Return why nobody can connect there; empty where somebody may."""
    scheme = url.partition("://")[0]
    if scheme not in schemes:
        return f"must begin with one of {', '.join(schemes)} and ://."
    try:
        parts = [urlsplit(part) for part in url.split(";")]
        _ = [_port(host) for part in parts for host in _hosts(part)]
    except ValueError:  # a port that is no number, or a broken IPv6 address
        return "is not a URL that the portal can read."
    if scheme.startswith("redis") and not _DATABASE_NUMBER.fullmatch(parts[0].path):
        return "must end with the number of a database, such as /0."
    if scheme in ("http", "https") and not parts[0].hostname:
        return "names no host."
    return ""


def is_origin(url: str) -> bool:
    """Whether this is http(s)://host[:port] and nothing more."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    extra = parts.path or parts.query or parts.fragment or "@" in parts.netloc
    is_web = parts.scheme in ("http", "https")
    return is_web and not extra and port != 0 and bool(_HOST.fullmatch(host))


def host_of(origin: SplitResult) -> str:
    """Return the host as a browser names it: an IPv6 address in brackets."""
    host = origin.hostname or ""
    return f"[{host}]" if ":" in host else host


def host_and_port(address: str, port: int) -> str:
    """Return an address of either version as servers are told where to listen."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _hosts(url: SplitResult) -> list[str]:
    """Return host[:port] of each server: some URLs name several between commas."""
    return url.netloc.rpartition("@")[2].split(",")


def _port(host: str) -> int | None:
    return urlsplit(f"//{host}").port
