"""Check the whole history against itself and against the rows that it is about."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from django.db import DatabaseError, Error, transaction

from clusters.models import AuditCheck, DemoMarker
from clusters.models.event_row import EventRow
from clusters.operations.audit.archives.archived_chains import archived_chains
from clusters.operations.audit.archives.check import ArchiveCheck
from clusters.operations.audit.archives.reader import ArchiveReader
from clusters.operations.audit.chains import checked
from clusters.operations.audit.erasures import erased_events
from clusters.operations.audit.event_rows import event_rows
from clusters.operations.audit.findings import Finding
from clusters.operations.audit.head_checks import HeadCheck, newest_kept
from clusters.operations.audit.kept_heads import KeptHeads
from clusters.operations.audit.request_rows import RequestRows
from clusters.operations.audit.snapshot import Snapshot, one_moment
from clusters.operations.audit.triggers import trigger_faults

log = logging.getLogger(__name__)

PROGRESS_EACH: Final = 100_000
"""After how many events the progress is told."""


@dataclass
class Counts:
    """How much a check has read so far."""

    events: int = 0
    requests: int = 0


class _Reader(Protocol):
    """What is compared with the events while they are read once."""

    def add(self, row: EventRow) -> None: ...
    def end(self) -> None: ...


def verify(
    *,
    known_keys: Collection[str],
    clock: Callable[[], datetime],
    archives: ArchiveReader | None = None,
    from_head: HeadCheck | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Counts:
    """
    Check everything, and keep what was found as an `AuditCheck`.

    :param known_keys: public keys that this installation signs heads with
    :param clock: gives the time, for the row that is kept
    :param archives: reads the archives; None to compare all but their files
    :param from_head: a head to compare with, beside the newest kept one
    :param progress: called with the number of events that were read, now and then
    :raises Finding: with the first bad row
    """
    check = _begin(clock())
    counts = Counts()
    try:
        with one_moment() as snapshot, _garbage_found(counts):
            _check_triggers()
            heads = [newest_kept(known_keys), from_head]
            erased = erased_events(known_keys)
            rows = checked(event_rows(snapshot), erased)
            kept = {"are_places_kept": not DemoMarker.objects.exists()}
            archived = ArchiveCheck(archives, erased, known_keys, **kept)
            requests = RequestRows(snapshot, **kept)
            readers: list[_Reader] = [requests, KeptHeads(), archived]
            readers += _reading(heads, snapshot, archives)
            try:
                _read_all(rows, readers, counts, progress)
            finally:
                counts.requests = requests.count + archived.requests
                counts.events += archived.events
    except Finding as found:
        _end(check, counts, clock(), finding=str(found))
        raise
    _end(check, counts, clock())
    return counts


@contextmanager
def _garbage_found(counts: Counts) -> Iterator[None]:
    """Say in a sentence where a column has a value of a type that nobody gave it."""
    try:
        yield
    except (AttributeError, TypeError, ValueError) as error:
        raise Finding(
            f"A column holds what the portal does not write, after {counts.events}"
            f" events and {counts.requests} requests that are well: {error}."
        ) from error


def _reading(
    heads: Iterable[HeadCheck | None],
    snapshot: Snapshot,
    archives: ArchiveReader | None,
) -> Iterator[HeadCheck]:
    """Yield the heads that there are, ready to take in events."""
    for head in heads:
        if head is not None:
            head.take_archived(
                archived_chains(snapshot, archives, last_event=head.last_event)
            )
            yield head


def _read_all(
    rows: Iterable[EventRow],
    readers: Sequence[_Reader],
    counts: Counts,
    progress: Callable[[int], None],
) -> None:
    adders = [reader.add for reader in readers]
    for number, row in enumerate(rows, 1):
        for add in adders:
            add(row)
        counts.events = number
        if number % PROGRESS_EACH == 0:
            progress(number)
    for reader in readers:
        reader.end()


def _check_triggers() -> None:
    """
    Check that the triggers are there, and that nobody left the history open.

    :raises Finding: with the first fault
    """
    for fault in trigger_faults():
        raise Finding(fault)


def _begin(now: datetime) -> AuditCheck | None:
    """Keep that a check has begun; None where the database takes no changes."""
    try:
        with transaction.atomic():
            return AuditCheck.objects.create(began_at=now)
    except DatabaseError:
        return None


def _end(
    check: AuditCheck | None, counts: Counts, now: datetime, *, finding: str = ""
) -> None:
    if check is None:
        return
    check.ended_at, check.finding = now, finding
    check.events, check.requests = counts.events, counts.requests
    try:
        check.save()
    except Error as error:
        # What was found is said all the same; pages say that the check has not ended.
        log.error("check.not_kept", extra={"reason": str(error)})  # noqa: TRY400
