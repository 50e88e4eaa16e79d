"""
Validation of server URLs. Messages never repeat the URL, which may hold a password.
"""

import re
from typing import Final
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit

# These name a file or a table, and no server.
WITHOUT_SERVER: Final = ("sqlite", "dbcache", "filesystem", "memory")
UNREADABLE: Final = "is not a URL that the portal can read."
UNENCODED: Final = (
    "percent-encode / ? # % [ ] , and ; where they stand in the user name, the password"
    " or another part: / as %2F, # as %23."
)

_SPLIT_BY_KOMBU: Final = ("redis", "rediss", "amqp", "amqps")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_DATABASE_NUMBER: Final = re.compile(r"/?|/[0-9]{1,4}")
_HOST: Final = re.compile(r"[\w.-]*|\[[0-9A-Fa-f:.]+\]")
_SOCKET: Final = re.compile(r"%2[Ff][\w.%-]*")


def url_error(url: str, schemes: tuple[str, ...]) -> str:
    """
    Return why the URL is invalid, as the end of a sentence; empty if it is valid.

    kombu splits a URL of brokers at `;`; all other URLs are one.
    """
    scheme = url.partition("://")[0]
    if scheme not in schemes or "://" not in url:
        return f"must begin with one of {', '.join(schemes)} and ://."
    if scheme in WITHOUT_SERVER:
        return UNENCODED if "#" in url else ""
    servers = url.split(";") if scheme in _SPLIT_BY_KOMBU else [url]
    if not all("://" in each for each in servers):
        return UNENCODED
    wrong = (_server_error(each, scheme) for each in servers)
    return next(filter(None, wrong), "")


def server_list_error(url: str) -> str:
    """Return why `scheme://server,server/path` is invalid; empty if it is valid."""
    parts = urlsplit(url)
    if not parts.hostname:
        return "names no host."
    servers = parts.netloc.split(",")
    if (
        len({"@" in each for each in servers}) > 1
    ):  # an unencoded comma within a password
        return UNENCODED
    urls = (f"{parts.scheme}://{each}{parts.path}" for each in servers)
    wrong = (_server_error(each, parts.scheme) for each in urls)
    return next(filter(None, wrong), "")


def _server_error(url: str, scheme: str) -> str:
    if _is_unencoded(url):
        return UNENCODED
    try:
        parts = urlsplit(url)
        hosts = [_host_and_port(each) for each in _hosts(parts)]
    except ValueError:  # a port that is not a number, or an invalid IPv6 address
        return UNREADABLE
    if not all(_is_host(host, scheme) and port != 0 for host, port in hosts):
        return "names a host or a port that cannot be."
    if scheme in ("http", "https") and not _is_bare(parts):
        return "must be a host with or without a port, and no path."
    if "redis" in scheme and not _DATABASE_NUMBER.fullmatch(parts.path):
        return "must end with the number of a database, such as /0."
    return ""


def _is_bare(parts: SplitResult) -> bool:
    return bool(parts.hostname) and not (parts.path.strip("/") or parts.query)


def _is_unencoded(url: str) -> bool:
    """
    Whether a delimiter (RFC 3986, 2.2) seems to be unencoded within a part of the URL.

    `u:12/34@host` parses as host u, port 12 and a path, where a password with `/` was
    meant. So an `@` after the host is an error, as is any `#`: no such URL has a fragment.
    """
    before, _, query = url.partition("://")[2].partition("?")
    netloc, _, path = before.partition("/")
    options = query.split("&") if query else []
    return (
        "#" in url
        or any(character in "[]" for character in netloc.rpartition("@")[0])
        or "@" in path
        or ("@" in query and not (path and "@" in netloc))
        or not all("=" in option for option in options)
        or not _is_text(url)
    )


def _is_text(escaped: str) -> bool:
    if _BAD_ESCAPE.search(escaped):
        return False
    try:
        unquote_to_bytes(escaped).decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_host(host: str, scheme: str) -> bool:
    is_socket = scheme.startswith("postgres") and _SOCKET.fullmatch(host)
    return bool(is_socket or _HOST.fullmatch(host))


def _hosts(url: SplitResult) -> list[str]:
    """Return host[:port] of each server; several are separated by commas."""
    return url.netloc.rpartition("@")[2].split(",")


def _host_and_port(host: str) -> tuple[str, int | None]:
    port = urlsplit(f"//{host}").port
    name, colon, digits = host.rpartition(":")
    return (name if colon and not digits.endswith("]") else host), port
