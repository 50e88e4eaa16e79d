"""The rows of events in the reading order: chain by chain, each in its own order."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final, NamedTuple

from django.db import connection

from clusters.models.event_row import EventRow
from clusters.operations.audit.column_texts import (
    text_of_json,
    text_of_time,
    text_of_uuid,
)
from clusters.operations.audit.snapshot import Snapshot

_PLAIN: Final = (
    "kind",
    "from_state",
    "to_state",
    "actor_id",
    "actor_name",
    "actor_salt",
    "actor_digest",
)


class HashRow(NamedTuple):
    """What a head needs of an event (`head_roots.LinkRow`)."""

    id: int
    request_id: str
    subject_kind: str
    subject_id: str
    seq: int
    hash: str


def event_rows(snapshot: Snapshot) -> Iterator[EventRow]:
    """
    Yield all events: the chains of requests, then those of other subjects.

    Ordered by the request's id; by kind and id of other subjects, letter by letter.
    """
    return map(EventRow._make, _in_reading_order(snapshot, _columns()))


def hash_rows(snapshot: Snapshot) -> Iterator[HashRow]:
    """Yield the same events with less of each."""
    request_id = f"coalesce({text_of_uuid('request_id')}, '')"
    columns = ("id", request_id, "subject_kind", "subject_id", "seq", "hash")
    return map(HashRow._make, _in_reading_order(snapshot, columns))


def _in_reading_order(
    snapshot: Snapshot, columns: Iterable[str]
) -> Iterator[tuple[Any, ...]]:
    listed = ", ".join(columns)
    letters = 'COLLATE "C"' if connection.vendor == "postgresql" else ""
    orders = (
        ("request_id IS NOT NULL", "request_id, seq"),
        ("request_id IS NULL", f"subject_kind {letters}, subject_id {letters}, seq"),
    )
    selects = (
        # Nothing but constants of the code is put together here.
        f"SELECT {listed} FROM clusters_event WHERE {where} ORDER BY {order}"  # noqa: S608
        for where, order in orders
    )
    return chain.from_iterable(map(snapshot.stream, selects))


def _columns() -> Iterator[str]:
    yield "id"
    yield f"coalesce({text_of_uuid('request_id')}, '')"
    yield from ("subject_kind", "subject_id", "seq", "format", text_of_time("at"))
    yield from _PLAIN
    yield from (text_of_json("data"), text_of_json("names"))
    yield from ("correlation_id", "previous_hash", "hash")
