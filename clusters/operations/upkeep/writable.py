"""Detect a database that answers but cannot be written: a standby, for one."""

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
"""
The SQLSTATE `read_only_sql_transaction` (PostgreSQL documentation, "Error Codes").

psycopg raises it as an InternalError.
"""

_WRONG_SQL: Final = "SQLITE_ERROR"
"""
SQLite's generic result code, for example for a missing table (sqlite.org/rescode.html).

Python raises it as an OperationalError, like the errors that end by themselves.
"""


def is_not_now(error: BaseException | None) -> bool:
    """
    Whether the database is away, read-only, locked or full, so that a retry may succeed.

    False for errors of the statement itself, such as a missing table.
    """
    if isinstance(error, OperationalError):
        return getattr(error.__cause__, "sqlite_errorname", "") != _WRONG_SQL
    if isinstance(error, InternalError):
        return getattr(error.__cause__, "sqlstate", "") == _READ_ONLY
    return isinstance(error, InterfaceError)


def takes_changes() -> bool:
    """
    Whether the database accepts writes, tried by an UPDATE that matches no row.

    Such an UPDATE fails on a standby, under `default_transaction_read_only`, without the
    right to write, and on a SQLite file that cannot be written. It does not notice a full
    disk.
    """
    table = connection.ops.quote_name(Heartbeat._meta.db_table)
    try:
        with connection.cursor() as cursor:
            # The table's name is a constant of the code, and quoted.
            cursor.execute(f"UPDATE {table} SET kind = kind WHERE 1 = 0")  # noqa: S608
    except DatabaseError:
        return False
    return True
