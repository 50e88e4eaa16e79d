"""Read tables of any size as they were at one moment, without locking out who writes."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import chain
from typing import Any, Final

from django.db import connection, transaction

AT_ONCE: Final = 250
"""How many rows of each query are in memory at a time."""


class Snapshot:
    """Queries that see the database at one moment; `one_moment` makes it."""

    def __init__(self, cursors: ExitStack) -> None:
        self._cursors = cursors

    def stream(self, select: str) -> Iterator[tuple[Any, ...]]:
        """Return the rows of this query, by a cursor of the server on PostgreSQL."""
        cursor = self._cursors.enter_context(connection.chunked_cursor())
        cursor.execute(select)
        # Not a generator: this runs in C for each row.
        return chain.from_iterable(iter(partial(cursor.fetchmany, AT_ONCE), []))


@contextmanager
def one_moment() -> Iterator[Snapshot]:
    """
    Let all queries within see the database as the first one of them did.

    Nothing may be written within. In a transaction of the caller, as in most tests, the
    isolation is that of the caller.
    """
    with _transaction(), ExitStack() as cursors:
        yield Snapshot(cursors)


@contextmanager
def _transaction() -> Iterator[None]:
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
