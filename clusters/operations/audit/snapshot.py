"""Read many tables as they were at one moment, without locking out who writes."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[None]:
    """
    Let all queries within see the database as the first one of them did.

    Nothing may be written within. In a transaction of the caller, as in most tests, the
    isolation is that of the caller.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            _say("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # Not `atomic`, which begins with the write lock on SQLite (BEGIN IMMEDIATE).
        _say("BEGIN DEFERRED")
        try:
            yield
        finally:
            _say("ROLLBACK")


def _say(words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(words)
