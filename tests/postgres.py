"""Databases of the tests' own on the PostgreSQL server that they are told of."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.missing import no_answer
from tests.variables import variable

CONNECT_SECONDS = 3
_DEFAULT = "postgres://postgres:postgres@127.0.0.1:5432/postgres"


def server_url() -> str:
    """Where the server is; the database that it names is never written to."""
    return variable("TEST_POSTGRES_URL", _DEFAULT)


def connect() -> psycopg.Connection:
    """
    Return a connection on which databases can be made.

    :raises psycopg.OperationalError: if nobody is there
    """
    return psycopg.connect(
        server_url(), autocommit=True, connect_timeout=CONNECT_SECONDS
    )


def url_of(name: str) -> str:
    """Return the URL of a database on this server."""
    return urlsplit(server_url())._replace(path=f"/{name}").geturl()


def create(server: psycopg.Connection, name: str, *, like: str = "template1") -> None:
    """Make a database: an empty one, or a copy of one that nobody is connected to."""
    words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    server.execute(words.format(sql.Identifier(name), sql.Identifier(like)))


def drop(server: psycopg.Connection, name: str) -> None:
    """Drop a database, whoever is connected to it."""
    words = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    server.execute(words.format(sql.Identifier(name)))


@contextmanager
def empty_database() -> Iterator[str]:
    """Yield the URL of an empty database, and drop it; skips where no server answers."""
    try:
        server = connect()
    except psycopg.OperationalError:
        no_answer("PostgreSQL", "TEST_POSTGRES_URL", server_url())
    name = f"portal_test_{uuid.uuid4().hex}"
    with server:
        create(server, name)
        yield url_of(name)
        drop(server, name)
