"""Keep one head a day, and write it to a file outside of the database."""

import logging
import os
from datetime import datetime
from pathlib import Path
from typing import Final

from django.core.cache import cache

from clusters.models import KeptHead
from clusters.operations.audit.findings import Finding
from clusters.operations.audit.heads import KEEP_EACH, HistoryBusy, keep_head
from clusters.operations.audit.signing_keys import AuditKeys, KeyLost
from clusters.operations.core.dispatch import enqueue_head

log = logging.getLogger(__name__)

_LOCK: Final = "audit.head"
_LOCK_SECONDS: Final = 3600
"""How long nobody else tries: a head reads all events, and may be refused each time."""


def enqueue_due_head(*, now: datetime) -> None:
    """Enqueue the keeping of a head if the newest one is older than a day."""
    if _is_due(now):
        enqueue_head()


def keep_due_head(keys: AuditKeys, *, file: Path | None, now: datetime) -> None:
    """
    Keep a head if one is due, and append what was not written yet to the file.

    Where the history does not fit the head before, none is kept; that is logged.
    """
    if not (_is_due(now) and cache.add(_LOCK, "taken", _LOCK_SECONDS)):
        return
    try:
        keep_head(keys, now=now)
    except HistoryBusy as busy:
        log.warning("head.not_kept", extra={"reason": str(busy)})
        cache.delete(_LOCK)
    except (Finding, KeyLost) as error:
        log.critical("head.not_kept", extra={"reason": str(error)})
    if file is not None:
        _write_unsent(file, now)


def _is_due(now: datetime) -> bool:
    # A time of the future is that of a clock that was ahead.
    return not KeptHead.objects.filter(at__gt=now - KEEP_EACH, at__lte=now).exists()


def _write_unsent(file: Path, now: datetime) -> None:
    try:
        for kept in KeptHead.objects.filter(sent_at=None).order_by("pk"):
            _append(file, kept.line)
            KeptHead.objects.filter(pk=kept.pk).update(sent_at=now)
    except OSError as error:
        log.error("head.not_written", extra={"file": str(file), "reason": str(error)})  # noqa: TRY400


def _append(file: Path, line: str) -> None:
    """Append a line and have it on the disk; one that was cut before is ended first."""
    with file.open("a+b") as opened:
        size = opened.seek(0, os.SEEK_END)
        if size:
            opened.seek(size - 1)
        begun = b"\n" if size and opened.read(1) != b"\n" else b""
        opened.write(begun + line.encode() + b"\n")
        opened.flush()
        os.fsync(opened.fileno())
