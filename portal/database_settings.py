"""Default options of the database connection; those of DATABASE_URL override them."""

from typing import Any, Final

_SQLITE_OPTIONS: Final[dict[str, Any]] = {
    # IMMEDIATE: a transaction that reads before it writes fails with "database is
    # locked" under load if it does not begin with the write lock
    # (sqlite.org/lang_transaction). FULL: the commit that opens a gate must survive a
    # power cut.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # 512 KiB of page cache for each connection, so for each thread; measured as fast as
    # the default of 2 MiB, since the system caches the file, too.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    " PRAGMA cache_size=-512;",
}
_POSTGRES_OPTIONS: Final[dict[str, Any]] = {"connect_timeout": 5}


def connection_settings(database: dict[str, Any]) -> dict[str, Any]:
    """
    Return OPTIONS, CONN_MAX_AGE (seconds) and CONN_HEALTH_CHECKS for Django's
    DATABASES.
    """
    options = _POSTGRES_OPTIONS
    if database["ENGINE"].endswith("sqlite3"):
        options = _SQLITE_OPTIONS
    return {
        "OPTIONS": options | database.get("OPTIONS", {}),
        "CONN_MAX_AGE": database.get("CONN_MAX_AGE", 60),  # 0 is a valid value
        "CONN_HEALTH_CHECKS": database.get("CONN_HEALTH_CHECKS", True),
    }
