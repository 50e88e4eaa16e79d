"""The rows of events in the reading order: chain by chain, each in its own order."""

from collections.abc import Iterator
from typing import Final

from django.db import connection

from clusters.models.event_row import EventRow
from clusters.operations.audit.stream import (
    stream,
    text_of_json,
    text_of_time,
    text_of_uuid,
)

_PLAIN: Final = (
    "kind",
    "from_state",
    "to_state",
    "actor_id",
    "actor_name",
    "actor_salt",
    "actor_digest",
)


def event_rows() -> Iterator[EventRow]:
    """
    Yield all events: the chains of requests, then those of other subjects.

    Ordered by the request's id; by kind and id of other subjects, letter by letter. Call
    it within `snapshot.one_moment`.
    """
    columns = ", ".join(_columns())
    letters = 'COLLATE "C"' if connection.vendor == "postgresql" else ""
    orders = (
        ("request_id IS NOT NULL", "request_id, seq"),
        ("request_id IS NULL", f"subject_kind {letters}, subject_id {letters}, seq"),
    )
    for where, order in orders:
        # Nothing but constants of the code is put together here.
        select = f"SELECT {columns} FROM clusters_event WHERE {where} ORDER BY {order}"  # noqa: S608
        yield from map(EventRow._make, stream(select))


def _columns() -> Iterator[str]:
    yield "id"
    yield f"coalesce({text_of_uuid('request_id')}, '')"
    yield from ("subject_kind", "subject_id", "seq", "format", text_of_time("at"))
    yield from _PLAIN
    yield from (text_of_json("data"), text_of_json("names"))
    yield from ("correlation_id", "previous_hash", "hash")
