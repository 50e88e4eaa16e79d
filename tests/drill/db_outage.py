"""A database that is away for a while: for everybody, in the middle of everything."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from django.conf import settings
from django.db import connection
from psycopg import sql

from tests.drill.restore import server


@contextmanager
def database_away() -> Iterator[None]:
    """Within this block nobody can write: PostgreSQL lets no one in, SQLite is locked."""
    away = _postgres_away if connection.vendor == "postgresql" else _sqlite_away
    connection.close()
    with away():
        yield


@contextmanager
def _sqlite_away() -> Iterator[None]:
    name = str(settings.DATABASES["default"]["NAME"])
    with closing(sqlite3.connect(name, isolation_level=None, timeout=20)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield
        lock.execute("ROLLBACK")


@contextmanager
def _postgres_away() -> Iterator[None]:
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
