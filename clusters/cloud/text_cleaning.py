"""
Normalizes values that people paste. Pure functions of text.

A value copied from a web page often carries invisible characters: a trailing space or
newline, the non-breaking space of a table cell, the zero-width space at which a browser
may break a long id. IAM takes a name with one of them for another name, and counts the
login as one with a wrong password.
"""

import re
from ipaddress import IPv6Address
from typing import Final

_ZERO_WIDTH: Final = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
"""
Characters without a width, for a character class of a regular expression.

Soft hyphen, zero-width spaces and joiners, text direction marks, byte order mark.
"""

_INVISIBLE: Final = re.compile(f"[{_ZERO_WIDTH}]")
_UNUSUAL_SPACE: Final = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
"""Spaces other than U+0020, the non-breaking ones among them."""

_OUTER_BLANKS: Final = re.compile(rf"^[\s{_ZERO_WIDTH}]+|[\s{_ZERO_WIDTH}]+$")
_ORIGIN: Final = re.compile(
    r"(https?)://(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+)(?::([0-9]{1,5}))?/*",
    re.ASCII | re.IGNORECASE,
)
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}


def without_outer_blanks(text: str) -> str:
    """Return the text without white space and invisible characters at its ends."""
    return _OUTER_BLANKS.sub("", text)


def tidy_value(text: str) -> str:
    """
    Return a name or an id without surrounding white space and invisible characters.

    White space between words is kept, as plain spaces: an IAM user name may have it.
    """
    return _UNUSUAL_SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


def tidy_url(text: str) -> str:
    """
    Return scheme://host[:port] in its normal form.

    Lower case, no dot after the host, no default port, no trailing slash. Text of any
    other form is only cleaned as by `tidy_value`.
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
    """Return a password without the trailing line break of a file, else unchanged."""
    return secret.rstrip("\r\n")


def _host(host: str) -> str:
    if not host.startswith("["):
        return host.lower().removesuffix(".")
    try:
        address = IPv6Address(host.strip("[]"))
    except ValueError:
        return host
    # Versions of Python write an IPv4-mapped address in different forms.
    return host.lower() if address.ipv4_mapped else f"[{address.compressed}]"
