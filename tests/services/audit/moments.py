"""A check reads one moment while others write; a head waits for them, but not for long."""

import json
import sys
import threading
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction

from clusters import wiring
from clusters.models import Event
from clusters.operations.audit.event_rows import event_rows
from clusters.operations.audit.heads import HistoryBusy, keep_head, take_head
from clusters.operations.audit.snapshot import AT_ONCE, one_moment
from clusters.operations.audit.verify import verify
from tests.factories import NOON, submitted


def run() -> None:
    """Print what was seen, as JSON."""
    submitted("first")
    wiring.audit_keys().signer(now=NOON)  # the first time it is made, and written
    answer = {
        "seen": _seen_while_another_writes(),
        "then": Event.objects.count(),
        "head": _head_while_another_writes(),
        "after": _head(),
        "verified": _verified(),
    }
    json.dump(answer, sys.stdout)


def _seen_while_another_writes() -> int:
    """Return how many events a reader sees that began before others were written."""
    with one_moment() as snapshot:
        rows = event_rows(snapshot)
        next(rows)
        _in_thread(lambda: [submitted(f"later-{n}") for n in range(3)])
        seen = 1 + sum(1 for _ in rows)
        assert Event.objects.count() == seen
        return seen


def _head_while_another_writes() -> str:
    """Return what is said while a transaction with a new event is open."""
    written, done = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            submitted("open")
            written.set()
            done.wait(60)

    thread = threading.Thread(target=_closing(write))
    thread.start()
    written.wait(60)
    try:
        return _head()
    finally:
        done.set()
        thread.join()


def _head() -> str:
    try:
        return (
            f"{json.loads(take_head(wiring.audit_keys(), now=NOON))['events']} events"
        )
    except HistoryBusy as busy:
        return str(busy)


def _verified() -> bool:
    """Whether a check that takes more than one fetch has read all events."""
    row = submitted("long")
    event = row.events.get()
    more, last = [], event.hash
    for seq in range(2, 5 * AT_ONCE):
        each = Event(request=row, seq=seq, at=NOON, kind="x", previous_hash=last)
        last = each.hash = each.expected_hash()
        more.append(each)
    Event.objects.bulk_create(more)
    keep_head(wiring.audit_keys(), now=NOON + timedelta(days=1))
    known = wiring.audit_keys().known()
    counts = verify(known_keys=known, clock=lambda: NOON)
    return counts.events == Event.objects.count()


def _in_thread(work: Callable[[], object]) -> None:
    thread = threading.Thread(target=_closing(work))
    thread.start()
    thread.join()


def _closing(work: Callable[[], object]) -> Callable[[], None]:
    def closing() -> None:
        try:
            work()
        finally:
            connection.close()

    return closing
