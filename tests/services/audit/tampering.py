"""
Tamper with a history in every way, and print what the check finds, as JSON.

For a process of its own on a migrated, empty database. Each way is tried in a transaction that is
rolled back.
"""

import json
import re
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from clusters import wiring
from clusters.operations.audit.findings import Finding
from clusters.operations.audit.head_checks import HeadCheck
from clusters.operations.audit.head_files import head_in
from clusters.operations.audit.verify import verify
from tests.factories import NOON
from tests.openings import change_history
from tests.services.audit import history, tampers_of_events, tampers_of_rows
from tests.services.audit.tampers_of_events import Tamper


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
        "wrong": {
            name: said
            for name, way in ways.items()
            if not re.search(way[1], said := _tried(way))
        },
        "after": _found(),
    }
    with TemporaryDirectory() as folder:
        file = Path(folder) / "head"
        file.write_text(line)
        answer["from head"] = {
            "before": _found(head_in(file, known)),
            "cut": _tried((_cut_all_that_shows, ""), head_in(file, known)),
        }
    json.dump(answer, sys.stdout)


def _tried(way: Tamper, head: HeadCheck | None = None) -> str:
    with transaction.atomic():
        with change_history():
            way[0]()
        found = _found(head)
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
