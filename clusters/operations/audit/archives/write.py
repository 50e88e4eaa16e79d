"""Write ended requests to an archive, and remove them from the database."""

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO, Final

from django.db import transaction
from django.utils import timezone

from clusters.credentials.encryption import Encryptor
from clusters.credentials.signing import Signer
from clusters.domain.signed_batch import Batch, line_of
from clusters.domain.signed_erasure import ErasedEvents
from clusters.models import (
    Archive,
    ArchiveBatch,
    DemoMarker,
    Installation,
)
from clusters.operations.audit.archives.batch_file import (
    append_batch,
    new_file,
    sealed,
)
from clusters.operations.audit.archives.due import due_requests
from clusters.operations.audit.archives.keys import sealed_key
from clusters.operations.audit.archives.record import Record
from clusters.operations.audit.archives.record_check import Link, link_of
from clusters.operations.audit.archives.replace_rows import Written, replace_rows
from clusters.operations.audit.erasures import erased_events
from clusters.operations.audit.head_roots import ArchivedChain, root_of
from clusters.operations.audit.heads import keep_head
from clusters.operations.audit.signing_keys import AuditKeys

BATCH: Final = 100
"""
How many requests are written and removed in one transaction.

More of them would lock others out of SQLite for longer.
"""

LONGEST_PATH: Final = 1000
"""Characters of `Archive.path`."""


class ArchiveRefused(Exception):
    """Nothing was archived; the text is a sentence that says why."""


@dataclass
class Archived:
    """
    How much was written and removed so far.

    `is_removing`: one more batch is in the file, and the transaction that removes its
    requests has not ended, or ended without an answer.
    """

    requests: int = 0
    events: int = 0
    batches: int = 0
    is_removing: bool = False

    def add(self, batch: ArchiveBatch) -> None:
        """Count a batch whose requests were removed."""
        self.requests += batch.requests
        self.events += batch.events
        self.batches += 1
        self.is_removing = False


@dataclass(frozen=True, kw_only=True)
class _Run:
    """What the batches of one archive have in common."""

    archive: Archive
    file: BinaryIO
    last_event: int
    signer: Signer
    key: Encryptor
    erased: ErasedEvents
    are_places_kept: bool
    clock: Callable[[], datetime]
    installation: str


def archive_requests(
    path: Path,
    *,
    before: date,
    keys: AuditKeys,
    encryptor: Encryptor,
    clock: Callable[[], datetime],
    done: Archived,
    after_batch: Callable[[], None] = lambda: None,
) -> None:
    """
    Write the requests that ended before this day to a new file, and remove them.

    A head is kept first, which covers all of them. Each batch is on the disk before the
    transaction that removes its requests ends, so an error or a crash loses nothing: what
    was written then and not removed is in the database still, and no row knows of it.
    Where none was removed, no file is left.

    :param done: counts what was archived, also when an error ends it
    :param after_batch: called after each batch was removed
    :raises ArchiveRefused: if the file exists or its path cannot be kept, or the day is
        not over
    :raises OSError: if the file cannot be written
    :raises clusters.operations.audit.findings.Finding: if the history is not as written
    :raises Exception: what `clusters.operations.audit.heads.keep_head` raises
    """
    path = path.absolute()
    _require_day(before, clock())
    _require_path(path)
    if not due_requests(before, last_event=2**63 - 1).exists():
        return
    head = keep_head(keys, now=clock())
    try:
        file = new_file(path)
    except FileExistsError:
        raise ArchiveRefused(_exists(path)) from None
    try:
        with file:
            run = _run(path, file, before, head.last_event_id, keys, encryptor, clock)
            while batch := _archive_batch(run, done):
                done.add(batch)
                after_batch()
    finally:
        # Without a batch whose removal began, the file has nothing that is needed.
        if not (done.batches or done.is_removing):
            path.unlink()


def _require_day(before: date, now: datetime) -> None:
    today = now.astimezone(timezone.get_default_timezone()).date()
    if before > today:
        raise ArchiveRefused(f"{before} is not over: give today, {today}, or earlier.")


def _require_path(path: Path) -> None:
    if path.exists():
        raise ArchiveRefused(_exists(path))
    if len(str(path)) > LONGEST_PATH:
        raise ArchiveRefused(f"The path has more than {LONGEST_PATH} characters.")
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise ArchiveRefused("The path is no UTF-8, which could not be kept.") from None


def _exists(path: Path) -> str:
    return f"{path} exists: each archive is a new file."


def _run(
    path: Path,
    file: BinaryIO,
    before: date,
    last_event: int,
    keys: AuditKeys,
    encryptor: Encryptor,
    clock: Callable[[], datetime],
) -> _Run:
    key, archive_id = Encryptor.new_key(), uuid.uuid4()
    installation = Installation.objects.values_list("installation_id", flat=True)
    return _Run(
        archive=Archive(
            id=archive_id,
            at=clock(),
            before=before,
            path=str(path),
            encrypted_key=sealed_key(encryptor, str(archive_id), key),
        ),
        file=file,
        last_event=last_event,
        signer=keys.signer(now=clock()),
        key=Encryptor([key]),
        erased=erased_events(keys.known()),
        are_places_kept=not DemoMarker.objects.exists(),
        clock=clock,
        installation=installation.first() or "",
    )


def _archive_batch(run: _Run, done: Archived) -> ArchiveBatch | None:
    """Write and remove one batch; None if no request is left."""
    with transaction.atomic(durable=True):
        records = _locked_records(run)
        if not records:
            return None
        links = [_link(record, run) for record in records]
        lines = [sealed(record, run.key) for record in records]
        content = b"".join(lines)
        line = line_of(_batch(records, links, content, run), run.signer)
        written = Written(records, links, [*map(len, lines)], line, run.file.tell())
        append_batch(run.file, line, content)
        done.is_removing = True
        return replace_rows(written, run.archive, now=run.clock())


def _locked_records(run: _Run) -> list[Record]:
    """Lock the next requests, and return what is stored of them, in the order of ids."""
    due = due_requests(run.archive.before, last_event=run.last_event).order_by("pk")
    # A list, since a sub-query would choose anew while it waits for a lock.
    while chosen := list(due.values_list("pk", flat=True)[:BATCH]):
        rows = due.filter(pk__in=chosen).select_for_update(of=("self",)).only("pk")
        locked = [row.pk for row in rows]
        # Again, since PostgreSQL does not ask the sub-queries once more after a wait.
        found = due.filter(pk__in=locked).select_related("cluster")
        found = found.prefetch_related("decisions", "attempts", "events")
        if records := sorted(map(Record.of, found), key=lambda each: each.request_id):
            return records
    return []


def _link(record: Record, run: _Run) -> Link:
    return link_of(record, run.erased, are_places_kept=run.are_places_kept)


def _batch(
    records: Sequence[Record], links: Sequence[Link], content: bytes, run: _Run
) -> Batch:
    return Batch(
        installation=run.installation,
        archive=str(run.archive.id),
        at=run.clock().astimezone(UTC).isoformat(),
        before=run.archive.before.isoformat(),
        requests=len(records),
        events=sum(link.events for link in links),
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        root=root_of(
            ArchivedChain(record.request_id, link.events, link.last_hash)
            for record, link in zip(records, links, strict=True)
        ),
        key=run.archive.encrypted_key,
    )
