"""
Archives ended requests of a migrated database; each function is for a process of its own.

Each prints a value of JSON. The file is the last argument.
"""

import json
import os
import sys
import threading
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from clusters import wiring
from clusters.domain.events import EventKind
from clusters.domain.states import State
from clusters.models import ClusterRequest, KeptHead
from clusters.operations.audit.archives import write
from clusters.operations.core.history import record_event
from tests.factories import NOON
from tests.services.audit import history

_BEFORE = date(2026, 11, 24)


def whole(path: str) -> None:
    """Archive in several batches, and verify with the heads of before and after."""
    head = Path(f"{path}.head")
    head.write_text(history.write())
    before = _verified(head)
    with patch.object(write, "BATCH", 3):
        _archive(path)
    json.dump({"before": before, "after": _verified(head)}, sys.stdout)


def killed(path: str) -> None:
    """Die when the first batch is on the disk, and its requests are not removed yet."""
    history.write()
    with patch.object(write, "replace_rows", side_effect=lambda *_, **__: os._exit(9)):
        _archive(path)


def after_the_kill(path: str) -> None:
    """Say what the check says, archive to another file, and say it again."""
    before = [ClusterRequest.objects.count(), _verified()]
    _archive(f"{path}.2")
    json.dump([*before, ClusterRequest.objects.count(), _verified()], sys.stdout)


def retried_meanwhile(path: str) -> None:
    """Let somebody retry a request while the archive waits for its lock."""
    history.write()
    rows = ClusterRequest.objects.filter(name="metrics-search")
    _archive_beside(lambda: rows.update(state=State.APPROVED, moved_at=NOON), path)


def told_meanwhile(path: str) -> None:
    """Let an event be added while the archive waits; the request's row stays as it is."""
    history.write()
    row = ClusterRequest.objects.get(name="metrics-search")
    _archive_beside(lambda: record_event(row.pk, EventKind.HAND_OVER, now=NOON), path)


def _archive_beside(change: Callable[[], object], path: str) -> None:
    """Print whether the request is there once it was changed and the others archived."""
    locked, waits = threading.Event(), threading.Event()

    def write_and_hold() -> None:
        with transaction.atomic():
            change()
            locked.set()
            waits.wait(60)
        connection.close()

    holding = threading.Thread(target=write_and_hold)
    releasing = threading.Thread(target=_release_once_it_waits, args=(waits,))
    keep = write.keep_head

    def keep_and_change(*args: Any, **how: Any) -> KeptHead:
        head = keep(*args, **how)
        holding.start()
        locked.wait(60)
        releasing.start()
        return head

    # A head would wait for those who write.
    with patch.object(write, "keep_head", keep_and_change):
        _archive(path)
    holding.join()
    releasing.join()
    left = ClusterRequest.objects.values_list("name", flat=True)
    json.dump("metrics-search" in left, sys.stdout)


def _release_once_it_waits(waits: threading.Event) -> None:
    """Release the lock of the row once the archive waits for it."""
    try:
        if connection.vendor == "postgresql":
            _until_somebody_waits()
    finally:
        waits.set()
        connection.close()


def _until_somebody_waits() -> None:
    with connection.cursor() as cursor:
        for _try in range(100_000):
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                " AND datname = current_database()"
            )
            if cursor.fetchone():
                return
    raise AssertionError("nobody waits for the row")


def _archive(path: str) -> None:
    write.archive_requests(
        Path(path),
        before=_BEFORE,
        keys=wiring.audit_keys(),
        encryptor=wiring.encryptor(),
        clock=timezone.now,
        done=write.Archived(),
    )


def _verified(head: Path | None = None) -> str:
    out = StringIO()
    how = ["--from-head", str(head)] if head else []
    call_command("verify_audit", *how, stdout=out)
    return out.getvalue().strip()
