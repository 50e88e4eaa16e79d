"""Take a head of the history, and keep it in the database."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import OperationalError, connection, transaction
from django.db.models import Max

from clusters.domain.events import EventKind
from clusters.domain.signed_head import Head, line_of, read_line
from clusters.models import Event, Installation, KeptHead
from clusters.operations.audit.archives.archived_chains import archived_chains
from clusters.operations.audit.event_rows import hash_rows
from clusters.operations.audit.head_checks import newest_kept
from clusters.operations.audit.head_roots import Roots
from clusters.operations.audit.signing_keys import AuditKeys
from clusters.operations.audit.snapshot import one_moment
from clusters.operations.core.history import record_installation_event

KEEP_EACH: Final = timedelta(days=1)
_LOCK_MS: Final = 1000
"""How long a head waits for those who write now; whoever comes after them waits, too."""

_LOCK_NOT_AVAILABLE: Final = "55P03"
"""SQLSTATE `lock_not_available` (PostgreSQL documentation, "Error Codes")."""


class HistoryBusy(Exception):
    """Somebody writes for so long that no head could be taken; try again."""


def take_head(keys: AuditKeys, *, now: datetime) -> str:
    """
    Return the signed line of a head over all events that are committed.

    Nothing is signed where the history does not fit the newest kept head: a new one would
    hide what the old one shows.

    :raises clusters.operations.audit.findings.Finding: if it does not fit
    :raises HistoryBusy: if the table of events could not be locked for a moment
    :raises clusters.operations.audit.signing_keys.KeyLost: if the stored key cannot be used
    """
    signer = keys.signer(now=now)
    last_event = _last_event()
    with one_moment() as snapshot:
        roots = Roots(
            last_event, archived_chains(snapshot, None, last_event=last_event)
        )
        before = newest_kept(keys.known())
        if before is not None:
            before.take_archived(
                archived_chains(snapshot, None, last_event=before.last_event)
            )
        for row in hash_rows(snapshot):
            roots.add(row)
            if before is not None:
                before.add(row)
        if before is not None:
            before.end()
    return line_of(_head(roots, now), signer)


def keep_head(keys: AuditKeys, *, now: datetime) -> KeptHead:
    """
    Take a head and keep it, with an event that holds the SHA-256 of its line.

    :raises Exception: what `take_head` raises
    """
    line = take_head(keys, now=now)
    signed = read_line(line)
    with transaction.atomic():
        keys.remember(signed.public_key, now=now)
        keys.encrypt_anew()
        kept = KeptHead.objects.create(
            at=now,
            last_event_id=signed.head.last_event,
            events=signed.head.events,
            line=line,
        )
        data = {"sha256": sha256_of_line(line)}
        record_installation_event(EventKind.HEAD_KEPT, now=now, data=data)
    return kept


def sha256_of_line(line: str) -> str:
    """Return what the event about a kept head says of its line."""
    return hashlib.sha256(line.encode()).hexdigest()


def _head(roots: Roots, now: datetime) -> Head:
    covered = roots.result()
    installation = Installation.objects.values_list("installation_id", flat=True)
    return Head(
        installation=installation.first() or "",
        at=now.astimezone(UTC).isoformat(),
        last_event=roots.last_event,
        events=covered.events,
        chains=covered.chains,
        root=covered.root,
    )


def _last_event() -> int:
    """
    Return a primary key up to which all events are committed, or never will be.

    On PostgreSQL a key is given out before its row is committed, so a lower one may still
    be on its way; the lock waits for those who write.

    :raises HistoryBusy: if they do not end soon
    """
    if connection.vendor != "postgresql":
        return _newest_event()
    try:
        with transaction.atomic():
            _lock_out_writers()
            return _newest_event()
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != _LOCK_NOT_AVAILABLE:
            raise
        raise HistoryBusy("The history is being written; try again.") from error


def _newest_event() -> int:
    return Event.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _lock_out_writers() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {_LOCK_MS}")
        cursor.execute("LOCK TABLE clusters_event IN SHARE MODE")
