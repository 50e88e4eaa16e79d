"""An outage of the database, for all processes of a case."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from django.conf import settings
from django.db import connection
from psycopg import sql

from tests.drill.restore import server


@contextmanager
def database_outage() -> Iterator[None]:
    """Within this block nobody can write: PostgreSQL accepts no connection, SQLite is locked."""
    outage = _close_postgres if connection.vendor == "postgresql" else _lock_sqlite
    connection.close()
    with outage():
        yield


@contextmanager
def _lock_sqlite() -> Iterator[None]:
    name = str(settings.DATABASES["default"]["NAME"])
    with closing(sqlite3.connect(name, isolation_level=None, timeout=20)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield
        lock.execute("ROLLBACK")


@contextmanager
def _close_postgres() -> Iterator[None]:
    name = settings.DATABASES["default"]["NAME"]
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    with server() as administration:
        administration.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
        administration.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [name],
        )
        try:
            yield
        finally:
            administration.execute(allow.format(sql.Identifier(name), sql.SQL("true")))
