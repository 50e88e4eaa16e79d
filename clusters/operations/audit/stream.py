"""Stream rows of any size of table as tuples, with the memory of a few of them."""

from collections.abc import Iterator
from typing import Any, Final

from django.db import connection

AT_ONCE: Final = 1000
"""How many rows are in memory at a time."""


def stream(select: str) -> Iterator[tuple[Any, ...]]:
    """
    Yield the rows of this query, by a cursor of the server on PostgreSQL.

    Call it within `snapshot.one_moment`: such a cursor lives as long as its transaction.
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(select)
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows


def text_of_uuid(column: str) -> str:
    """Return SQL for a uuid as text; on SQLite it is one already, without hyphens."""
    return f"{column}::text" if connection.vendor == "postgresql" else column


def text_of_json(column: str) -> str:
    """Return SQL for JSON as text."""
    return f"{column}::text" if connection.vendor == "postgresql" else column


def text_of_time(column: str) -> str:
    """
    Return SQL for a time in UTC as text.

    On PostgreSQL that of `event_format.moment`. On SQLite the text that is stored; without
    the cast Django's converter would parse each.
    """
    if connection.vendor == "postgresql":
        pattern = """YYYY-MM-DD"T"HH24:MI:SS.US"+00:00\""""
        return f"to_char({column} AT TIME ZONE 'UTC', '{pattern}')"
    return f"CAST({column} AS text)"
