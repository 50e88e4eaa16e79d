"""CACHE_URL: a table or servers of Redis, and the options after its question mark."""

import re
from typing import Any, Final
from urllib.parse import urlencode

import environ

from portal.environment.options import Options
from portal.environment.sources import stop
from portal.environment.url_validation import wrong_with_list

_TABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_OF_ALL: Final = ("timeout", "key_prefix", "version")
_OF_TABLES: Final = ("max_entries", "cull_frequency")


def read_cache(name: str, url: str) -> dict[str, Any]:
    """Return what django-environ makes of the URL, with the options as the cache needs them."""
    address, _, query = url.partition("?")
    is_table = address.startswith("dbcache")
    if is_table and not _TABLE.fullmatch(address.removeprefix("dbcache://")):
        stop(
            name, "must be dbcache://TABLE, with a table's name of letters and digits."
        )
    if why := "" if is_table else wrong_with_list(address):
        stop(name, why)
    options = Options(name, query)
    found: dict[str, Any] = environ.Env.cache_url_config(address)
    found |= options.whole("timeout") | options.text("key_prefix")
    found |= options.whole("version")
    read = _of_tables(options) if is_table else _of_redis(name, options, found)
    return found | ({"OPTIONS": read} if read else {})


def _of_tables(options: Options) -> dict[str, Any]:
    read = options.whole("max_entries") | options.whole("cull_frequency")
    options.refuse_others(*_OF_ALL, *_OF_TABLES)
    return read


def _of_redis(name: str, options: Options, found: dict[str, Any]) -> dict[str, Any]:
    """
    Return what the client takes, read by the client, and tried without connecting.

    What is said of TLS stays as it is: `portal.tls` reads it.
    """
    from redis import RedisError  # noqa: PLC0415 (a table does without)
    from redis.connection import ConnectionPool, parse_url  # noqa: PLC0415

    tls = {key: text for key, text in options.rest.items() if key.startswith("ssl_")}
    query = urlencode([each for each in options.rest.items() if each[0] not in tls])
    location = found["LOCATION"]
    server = location if isinstance(location, str) else location[0]
    try:
        # Untyped: it returns what a connection takes as arguments.
        read: dict[str, Any] = parse_url(f"redis://?{query}")  # type: ignore[no-untyped-call]
        ConnectionPool.from_url(server, **read).make_connection()
    except (TypeError, ValueError, OSError, ImportError, RedisError):
        stop(name, "has an option that the client of Redis does not take.")
    return read | tls
