"""DATABASE_URL: a file or a server, with options in the query string."""

import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import environ

from portal.environment.options import Options
from portal.environment.sources import shown, stop
from portal.environment.url_validation import UNREADABLE

LONGEST_NAME: Final = 63
"""Bytes of a PostgreSQL database's name; Django refuses more when it connects."""

_SQLITE: Final = b"SQLite format 3\0"
_CONNECTION_OPTIONS: Final = (
    "conn_max_age",
    "conn_health_checks",
    "disable_server_side_cursors",
)


def sqlite(name: str, url: str, base_dir: Path) -> dict[str, Any]:
    """
    Return Django's settings of an SQLite file; a relative path is below `base_dir`.
    """
    address, _, query = url.partition("?")
    path = unquote(address.partition(":///")[2])
    if path in ("", ":memory:"):
        stop(name, "must be sqlite:///folder/file, or sqlite:////folder/file from /.")
    file = base_dir / path
    _check_file(name, file)
    options = Options(name, query)
    timeout = options.whole("timeout")
    found = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "OPTIONS": {key.lower(): value for key, value in timeout.items()},
        **_connection_options(options),
    }
    options.refuse_others("timeout", *_CONNECTION_OPTIONS)
    return found


def postgres(name: str, url: str) -> dict[str, Any]:
    """Return Django's settings of a PostgreSQL database, without connecting."""
    address, _, query = url.partition("?")
    found = _address(name, address)
    if "/" in found["NAME"] or not 0 < len(found["NAME"]) <= LONGEST_NAME:
        stop(name, "must end with /NAME, the name of a database.")
    options = Options(name, query)
    found |= _connection_options(options)
    return found | {"OPTIONS": _libpq(name, options.rest)}


def _connection_options(options: Options) -> dict[str, Any]:
    """Return the settings of connections that may be changed without risk."""
    return {
        **options.whole("conn_max_age"),
        **options.flag("conn_health_checks"),
        **options.flag("disable_server_side_cursors"),
    }


def _check_file(name: str, file: Path) -> None:
    """
    Stop if SQLite cannot write the file and its folder (for journal and WAL files).
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError):
        stop(name, f"the folder {shown(file.parent)} cannot be made.")
    if not _holds_database(file):
        stop(name, f"{shown(file)} is no database of SQLite that can be read.")
    for each in (file.parent, file):
        if each.exists() and not os.access(each, os.W_OK):
            stop(name, f"{shown(each)} cannot be written.")


def _holds_database(file: Path) -> bool:
    """
    Whether the file is an SQLite database, empty or missing.

    Call it before SQLite opens the file: closing any descriptor of a file drops all POSIX
    locks of the process on it (sqlite.org/howtocorrupt.html, 2.2).
    """
    try:
        with file.open("rb") as opened:
            return opened.read(len(_SQLITE)) in (b"", _SQLITE)
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _address(name: str, address: str) -> dict[str, Any]:
    """Return ENGINE, NAME, USER, PASSWORD, HOST and PORT."""
    scheme, _, rest = address.partition("://")
    try:
        # django-environ decodes a plus as a blank.
        found: dict[str, Any] = environ.Env.db_url_config(
            f"{scheme}://{rest.replace('+', '%2B')}"
        )
    except (environ.ImproperlyConfigured, ValueError, KeyError):
        stop(name, UNREADABLE)
    host = rest.partition("/")[0].rpartition("@")[2].partition(":")[0]
    if (
        host[:3].lower() == "%2f"
    ):  # a folder of sockets, which django-environ does not decode
        found["HOST"] = unquote(host)
    return found


def _libpq(name: str, given: dict[str, str]) -> dict[str, Any]:
    """Return connection parameters of libpq; stop if libpq does not know one."""
    from psycopg import Error, conninfo  # noqa: PLC0415 (not needed for SQLite)

    try:
        conninfo.make_conninfo("", **given)
    except Error:
        stop(name, "has an option that the client of PostgreSQL does not take.")
    return {
        key: int(text) if text.isascii() and text.isdigit() else text
        for key, text in given.items()
    }
