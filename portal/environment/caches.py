"""CACHE_URL: a database table or Redis servers, with options in the query string."""

import re
from typing import Any, Final
from urllib.parse import urlencode

import environ

from portal.environment.options import Options
from portal.environment.sources import stop
from portal.environment.url_validation import server_list_error

_TABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_COMMON_OPTIONS: Final = ("timeout", "key_prefix", "version")
_TABLE_OPTIONS: Final = ("max_entries", "cull_frequency")


def read_cache(name: str, url: str) -> dict[str, Any]:
    """Return django-environ's settings of the URL, with options of the right types."""
    address, _, query = url.partition("?")
    is_table = address.startswith("dbcache")
    if is_table and not _TABLE.fullmatch(address.removeprefix("dbcache://")):
        stop(
            name, "must be dbcache://TABLE, with a table's name of letters and digits."
        )
    if why := "" if is_table else server_list_error(address):
        stop(name, why)
    options = Options(name, query)
    found: dict[str, Any] = environ.Env.cache_url_config(address)
    found |= options.whole("timeout") | options.text("key_prefix")
    found |= options.whole("version")
    read = _table_options(options) if is_table else _redis_options(name, options, found)
    return found | ({"OPTIONS": read} if read else {})


def _table_options(options: Options) -> dict[str, Any]:
    read = options.whole("max_entries") | options.whole("cull_frequency")
    options.refuse_others(*_COMMON_OPTIONS, *_TABLE_OPTIONS)
    return read


def _redis_options(
    name: str, options: Options, found: dict[str, Any]
) -> dict[str, Any]:
    """
    Return redis-py's options, parsed and checked by redis-py without connecting.

    TLS options are returned unchanged: `portal.tls` reads them.
    """
    from redis import RedisError  # noqa: PLC0415 (not needed for a table)
    from redis.connection import ConnectionPool, parse_url  # noqa: PLC0415

    tls = {key: text for key, text in options.rest.items() if key.startswith("ssl_")}
    query = urlencode([each for each in options.rest.items() if each[0] not in tls])
    location = found["LOCATION"]
    server = location if isinstance(location, str) else location[0]
    try:
        # Not typed; returns keyword arguments of a connection.
        read: dict[str, Any] = parse_url(f"redis://?{query}")  # type: ignore[no-untyped-call]
        ConnectionPool.from_url(server, **read).make_connection()
    except (TypeError, ValueError, OSError, ImportError, RedisError):
        stop(name, "has an option that the client of Redis does not take.")
    return read | tls
