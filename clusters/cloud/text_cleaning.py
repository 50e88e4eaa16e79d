"""
Values as people paste them, in the one spelling that is kept. Pure text, no network.

Copied from a page, a value brings blanks with it: a trailing space or newline, the
non-breaking space of a table, the zero-width space at which a long id may be broken.
Nobody sees them, and IAM counts a login with one of them as a wrong password.
"""

import re
from ipaddress import IPv6Address
from typing import Final

_ZERO_WIDTH: Final = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
"""Soft hyphen, zero-width blanks and joiners, marks of direction, byte order mark."""

_INVISIBLE: Final = re.compile(f"[{_ZERO_WIDTH}]")
_SPACE: Final = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
"""Blanks of other widths, the non-breaking ones among them."""

_ENDS: Final = re.compile(rf"^[\s{_ZERO_WIDTH}]+|[\s{_ZERO_WIDTH}]+$")
_ORIGIN: Final = re.compile(
    r"(https?)://(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+)(?::([0-9]{1,5}))?/*",
    re.ASCII | re.IGNORECASE,
)
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}


def without_outer_blanks(text: str) -> str:
    """Return the text without blanks at its ends, those included that nobody sees."""
    return _ENDS.sub("", text)


def tidy_value(text: str) -> str:
    """
    Return a name or an id without blanks at its ends and nothing invisible within.

    A blank between two words stays, as a plain space: the name of an IAM user may have one.
    """
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


def tidy_url(text: str) -> str:
    """
    Return scheme://host[:port] in its one spelling; anything else only without blanks.

    Lower case, no dot after the host, no port that the scheme implies, no last slash.
    """
    url = tidy_value(text)
    found = _ORIGIN.fullmatch(url)
    if found is None:
        return url
    scheme = found[1].lower()
    port = int(found[3]) if found[3] else _DEFAULT_PORTS[scheme]
    written = "" if port == _DEFAULT_PORTS[scheme] else f":{port}"
    return f"{scheme}://{_host(found[2])}{written}"


def without_line_end(secret: str) -> str:
    """Return a password without the line end that a file has after it, nothing else."""
    return secret.rstrip("\r\n")


def _host(host: str) -> str:
    if not host.startswith("["):
        return host.lower().removesuffix(".")
    try:
        address = IPv6Address(host.strip("[]"))
    except ValueError:
        return host
    # Pythons differ in how they write an IPv4 address within one of IPv6.
    return host.lower() if address.ipv4_mapped else f"[{address.compressed}]"
