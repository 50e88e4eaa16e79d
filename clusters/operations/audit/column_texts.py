"""SQL for columns as the texts that the audit reads, on both databases."""

from django.db import connection


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
