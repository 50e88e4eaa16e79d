"""
Tamper with a history in every way, and print what the check finds, as JSON.

Each way is tried within an opening, and with the triggers dropped before and made anew
identically after it.

For a process of its own on a migrated, empty database. Each way is tried in a transaction that is
rolled back.
"""

import json
import re
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import IntegrityError, transaction

from clusters import wiring
from clusters.operations.audit.findings import Finding
from clusters.operations.audit.head_checks import HeadCheck
from clusters.operations.audit.head_files import head_in
from clusters.operations.audit.verify import verify
from tests.factories import NOON
from tests.openings import change_history
from tests.services.audit import history, tampers_of_events, tampers_of_rows
from tests.services.audit.tampers_of_events import Tamper
from tests.services.audit.without_triggers import drop, triggers, without_triggers

Opened = Callable[[], AbstractContextManager[None]]
"""What lets a block change the history."""


def run() -> None:
    """Print {way: what was found} for each way that was not found as it has to be."""
    line = history.write()
    known = wiring.audit_keys().known()
    ways = {
        **tampers_of_events.columns(),
        **tampers_of_events.rows(),
        **tampers_of_events.chains(),
        **tampers_of_rows.requests(),
        **tampers_of_rows.decisions(),
        **tampers_of_rows.attempts(),
    }
    answer = {
        "before": _found(),
        "ways": len(ways),
        "closed": sorted(name for name, way in ways.items() if _is_refused(way)),
        "wrong": _wrong(ways, change_history),
        "wrong without triggers": _wrong(ways, without_triggers),
        "left without": {name: _left_without(name) for name in triggers()},
        "after": _found(),
    }
    with TemporaryDirectory() as folder:
        file = Path(folder) / "head"
        file.write_text(line)
        answer["from head"] = {
            "before": _found(head_in(file, known)),
            "cut": _tried(
                (_cut_all_that_shows, ""), change_history, head_in(file, known)
            ),
        }
    json.dump(answer, sys.stdout)


def _wrong(ways: dict[str, Tamper], opened: Opened) -> dict[str, str]:
    return {
        name: said
        for name, way in ways.items()
        if not re.search(way[1], said := _tried(way, opened))
    }


def _tried(way: Tamper, opened: Opened, head: HeadCheck | None = None) -> str:
    with transaction.atomic():
        with opened():
            way[0]()
        found = _found(head)
        transaction.set_rollback(True)
    return found


def _is_refused(way: Tamper) -> bool:
    """Whether the triggers refuse this, as long as they are there."""
    try:
        with transaction.atomic():
            way[0]()
            transaction.set_rollback(True)
    except IntegrityError as error:
        return "history is closed" in str(error)
    return False


def _left_without(name: str) -> str:
    """Return what is found where this trigger was dropped, and an event changed then."""
    with transaction.atomic():
        drop(name)
        with change_history():
            history.update_event(2, kind="reject")
        found = _found()
        transaction.set_rollback(True)
    return found


def _found(head: HeadCheck | None = None) -> str:
    try:
        counts = verify(
            known_keys=wiring.audit_keys().known(),
            clock=lambda: NOON + timedelta(days=1),
            archives=wiring.archive_reader(),
            from_head=head,
        )
    except Finding as finding:
        return str(finding)
    return f"{counts.events} events, {counts.requests} requests, chain ok"


def _cut_all_that_shows() -> None:
    """Cut the newest event, and the kept head with the event that tells of it."""
    history.delete("kepthead")
    history.delete("event", subject_kind="installation")
