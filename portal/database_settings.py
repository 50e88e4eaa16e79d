"""How the portal connects to its database, where DATABASE_URL does not say it."""

from typing import Any, Final

_SQLITE_OPTIONS: Final[dict[str, Any]] = {
    # A transaction that first reads and then writes fails under load if it begins
    # without the lock; FULL, because a gate's commit must survive a power cut.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # The cache is one connection's own, so it counts for every thread; half a MiB is as
    # fast as SQLite's two, since the system keeps the file in memory anyway.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    " PRAGMA cache_size=-512;",
}
_POSTGRES_OPTIONS: Final[dict[str, Any]] = {"connect_timeout": 5}


def connecting(database: dict[str, Any]) -> dict[str, Any]:
    """Return Django's settings of a connection; what the URL says itself goes first."""
    options = _POSTGRES_OPTIONS
    if database["ENGINE"].endswith("sqlite3"):
        options = _SQLITE_OPTIONS
    return {
        "OPTIONS": options | database.get("OPTIONS", {}),
        "CONN_MAX_AGE": database.get("CONN_MAX_AGE", 60),  # 0 is a value
        "CONN_HEALTH_CHECKS": database.get("CONN_HEALTH_CHECKS", True),
    }
