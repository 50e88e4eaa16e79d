"""
TLS to the broker and to the cache, with the certificate and the host's name verified.

The libraries' defaults differ: kombu verifies nothing for rediss://, and the certificate
but not the host name for amqps://; redis-py verifies both. Here both are always verified,
and the TLS options of a URL are read in the same way for all.
"""

import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from portal.environment import stop
from portal.environment.values import FLAGS

_SCHEMES: Final = ("rediss", "amqps")
_FILES: Final = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
_OPTIONS: Final = (*_FILES, "ssl_check_hostname", "ssl_cert_reqs")
_VERIFIED: Final = ("required", "cert_required")


def broker_over_tls(name: str, url: str, *, ca_file: str) -> tuple[str, dict[str, Any]]:
    """
    Return the URL without its TLS options, and Celery's `broker_use_ssl`.

    `name` is the variable's name for messages, `ca_file` a path or empty.

    :raises SystemExit: if an option is invalid, or would disable verification
    """
    parts = [_split(part) for part in url.split(";")]
    given = _merged(name, [options for _, options in parts])
    bare = ";".join(part for part, _ in parts)
    scheme = urlsplit(bare).scheme
    options = _checked(name, given, ca_file, is_tls=scheme in _SCHEMES)
    if scheme == "amqps":
        options = {key.removeprefix("ssl_"): value for key, value in options.items()}
        options["cert_reqs"] = ssl.CERT_REQUIRED
    return bare, options


def cache_over_tls(
    name: str, settings: dict[str, Any], *, ca_file: str
) -> dict[str, Any]:
    """
    Return Django's settings of the cache, with verified TLS if the URL is rediss://.

    :raises SystemExit: if an option is invalid, or would disable verification
    """
    options = settings.get("OPTIONS", {})
    given = {key: options[key] for key in options if key.startswith("ssl_")}
    locations = settings.get("LOCATION", "")
    first = locations[0] if isinstance(locations, list) else locations
    is_tls = urlsplit(first).scheme in _SCHEMES
    checked = _checked(name, given, ca_file, is_tls=is_tls)
    rest = {key: options[key] for key in options if key not in given}
    return settings | {"OPTIONS": rest | checked} if rest | checked else settings


def _split(url: str) -> tuple[str, dict[str, str]]:
    """Return the URL without its TLS options, and these options."""
    bare, _, query = url.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    options = {key: value for key, value in pairs if key.startswith("ssl_")}
    if not options:
        return url, {}
    rest = urlencode([pair for pair in pairs if pair[0] not in options])
    return f"{bare}?{rest}" if rest else bare, options


def _merged(name: str, each: list[dict[str, str]]) -> dict[str, str]:
    """
    Return the options of all URLs; a URL without options takes those of the others.
    """
    merged: dict[str, str] = {}
    for options in each:
        if any(merged.get(key, value) != value for key, value in options.items()):
            stop(name, "says one thing of TLS for one broker and another for the next.")
        merged |= options
    return merged


def _checked(
    name: str, given: Mapping[str, str], ca_file: str, *, is_tls: bool
) -> dict[str, Any]:
    """Return the options for redis-py, with verification of the certificate."""
    if not is_tls:
        if given:
            stop(name, f"?{min(given)}= needs {' or '.join(_SCHEMES)}://.")
        return {}
    for problem in (*_option_errors(given, ca_file), *_file_errors(given)):
        stop(name, problem)
    options: dict[str, Any] = {"ssl_ca_certs": ca_file} if ca_file else {}
    options |= {key: given[key] for key in _FILES if key in given}
    verified = {
        "ssl_cert_reqs": "required",
        "ssl_check_hostname": _verifies_name(given),
    }
    return options | verified


def _verifies_name(given: Mapping[str, str]) -> bool | None:
    """Whether the host name is to be verified; None if the option is invalid."""
    return FLAGS.get(given.get("ssl_check_hostname", "true").lower())


def _option_errors(given: Mapping[str, str], ca_file: str) -> Iterator[str]:
    for key in sorted(set(given) - set(_OPTIONS)):
        yield f"?{key}= is none of {', '.join(_OPTIONS)}."
    if given.get("ssl_cert_reqs", "required").lower() not in _VERIFIED:
        yield "?ssl_cert_reqs= can only be required: name the CA in ?ssl_ca_certs= instead."
    verifies_name = _verifies_name(given)
    if verifies_name is None:
        yield "?ssl_check_hostname= is neither true nor false."
    # Or any host with a certificate of a public CA could impersonate the broker.
    if verifies_name is False and not (ca_file or "ssl_ca_certs" in given):
        yield "?ssl_check_hostname=false needs ?ssl_ca_certs= with a CA of your own."


def _file_errors(given: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with the files, by loading them as the libraries will."""
    for key in _FILES:
        if key in given and not Path(given[key]).is_file():
            yield f"?{key}= names no file that is there."
    context = ssl.create_default_context()
    try:
        if "ssl_ca_certs" in given:
            context.load_verify_locations(given["ssl_ca_certs"])
        if "ssl_certfile" in given:
            context.load_cert_chain(given["ssl_certfile"], given.get("ssl_keyfile"))
    except OSError:
        yield "?ssl_ca_certs=, ?ssl_certfile= or ?ssl_keyfile= is no PEM file of its kind."
