"""A database that is away for a while: for everybody, in the middle of everything."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql


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
    it = settings.DATABASES["default"]
    with psycopg.connect(
        dbname="postgres",
        host=it["HOST"],
        port=it["PORT"] or None,
        user=it["USER"],
        password=it["PASSWORD"],
        autocommit=True,
    ) as server:
        allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        name = sql.Identifier(it["NAME"])
        server.execute(allow.format(name, sql.SQL("false")))
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [it["NAME"]],
        )
        try:
            yield
        finally:
            server.execute(allow.format(name, sql.SQL("true")))
