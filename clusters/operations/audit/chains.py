"""Check each chain: numbers, hashes, and names; stops at the first bad row."""

from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import Final

from clusters.domain.signed_erasure import ErasedEvents, is_erased_event
from clusters.models.event_row import (
    FORMATS,
    EventRow,
    Unreadable,
    expected_hash,
    has_true_names,
    subject_of,
)
from clusters.operations.audit.findings import Finding, in_words


def checked(
    rows: Iterable[EventRow], erased: ErasedEvents = MappingProxyType({})
) -> Iterator[EventRow]:
    """
    Yield the rows of all chains as they come; each was checked against the one before it.

    Times are not compared: a clock may be set back between two events.

    :param erased: events of format 1 that count by a signed erasure
    :raises Finding: at the first row that is not as it was written
    """
    last = _NONE
    for row in rows:
        if not _is_same_chain(row, last):
            last = _NONE
        if (
            row.seq != last.seq + 1
            or row.previous_hash != last.hash
            or row.id <= last.id
            or not (_is_intact(row) or _is_erased(row, erased))
        ):
            raise Finding(_fault(row, last))
        yield row
        last = row


_NONE: Final = EventRow(
    0, "", "", "", 0, 0, "", "", "", "", None, "", "", "", "", "", "", "", ""
)
"""What the first event of a chain follows."""


def _is_same_chain(row: EventRow, other: EventRow) -> bool:
    return row.request_id == other.request_id and (
        bool(row.request_id)
        or (row.subject_kind, row.subject_id) == (other.subject_kind, other.subject_id)
    )


def _is_intact(row: EventRow) -> bool:
    try:
        return (
            row.hash == expected_hash(row)
            and has_true_names(row)
            and row.format in FORMATS
            and _has_one_subject(row)
        )
    except Unreadable:
        return False


def _is_erased(row: EventRow, erased: ErasedEvents) -> bool:
    if row.format != 1 or row.id not in erased:
        return False
    try:
        content = expected_hash(row)
        return (
            is_erased_event(row.id, chained=row.hash, content=content, erased=erased)
            and has_true_names(row)
            and _has_one_subject(row)
        )
    except Unreadable:
        return False


def _has_one_subject(row: EventRow) -> bool:
    if row.request_id:
        return (row.subject_kind, row.subject_id) == ("request", "")
    return row.subject_kind != "request"


def _fault(row: EventRow, last: EventRow) -> str:
    """Return what is wrong with this row, which follows `last`."""
    return f"{_subject(row)}: {_broken_link(row, last) or _broken_row(row)}"


def _subject(row: EventRow) -> str:
    try:
        return in_words(*subject_of(row))
    except ValueError:
        return f"Request {row.request_id}, which is no uuid"


def _broken_link(row: EventRow, last: EventRow) -> str:
    """Return how the row does not continue the one before it; empty if it does."""
    event = named(row)
    if row.seq != last.seq + 1:
        return _gap(row, last)
    if row.previous_hash != last.hash:
        if last is _NONE:
            return f"{event} is the first one, and names an event before it."
        return (
            f"{event} does not continue {named(last)}: it holds another hash of it;"
            " one of the two was changed."
        )
    if row.id <= last.id:
        return (
            f"{event} follows {named(last)}, and its primary key {row.id} does not come"
            f" after {last.id}."
        )
    return ""


def _gap(row: EventRow, last: EventRow) -> str:
    if last is _NONE:
        return f"the history begins with {named(row)}; event 1 is missing."
    return (
        f"{named(row)} follows {named(last)}; event {last.seq + 1} is missing"
        " between them."
    )


def _broken_row(row: EventRow) -> str:
    event = named(row)
    if not _has_one_subject(row):
        return f"{event} has two subjects, or none."
    if row.format not in FORMATS:
        return f"{event} has the unknown format {row.format}."
    try:
        is_changed = row.hash != expected_hash(row)
    except Unreadable as error:
        return f"{event} has a column that cannot be read ({error})."
    if is_changed:
        return f"{event} was changed: its hash is not that of its content."
    return f"{event} was changed: a name in it is not the one that was written."


def named(row: EventRow) -> str:
    """Return what a sentence calls an event: its number and kind."""
    return f"event {row.seq} ({row.kind})"
