"""A database that answers and takes no change: a standby, a full disk, a lost right."""

from typing import Final

from django.db import (
    DatabaseError,
    InterfaceError,
    InternalError,
    OperationalError,
    connection,
)

from clusters.models import Heartbeat

_READ_ONLY: Final = "25006"
"""PostgreSQL's read_only_sql_transaction; psycopg has it among the internal errors."""

_WRONG_SQL: Final = "SQLITE_ERROR"
"""SQLite's code for a table that is not there; to Django it is operational, too."""


def is_not_now(error: BaseException | None) -> bool:
    """
    Whether the database is away, read-only, locked or full: the same may work later.

    Not so for what is wrong with the question itself, as a table that nobody made.
    """
    if isinstance(error, OperationalError):
        return getattr(error.__cause__, "sqlite_errorname", "") != _WRONG_SQL
    if isinstance(error, InternalError):
        return getattr(error.__cause__, "sqlstate", "") == _READ_ONLY
    return isinstance(error, InterfaceError)


def takes_changes() -> bool:
    """
    Ask for a change of no row: refused where changes are, and it leaves no trace.

    It fails in a standby, after `default_transaction_read_only`, without the right to
    write, and on a SQLite file that cannot be written. A full disk it cannot see.
    """
    table = connection.ops.quote_name(Heartbeat._meta.db_table)
    try:
        with connection.cursor() as cursor:
            # The name is that of a table of ours, quoted; nobody typed it.
            cursor.execute(f"UPDATE {table} SET kind = kind WHERE 1 = 0")  # noqa: S608
    except DatabaseError:
        return False
    return True
