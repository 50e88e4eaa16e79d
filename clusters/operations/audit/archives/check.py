"""Check the archives together with the database."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from typing import BinaryIO

from clusters.domain.events import EventKind
from clusters.domain.signed_batch import BadBatch, Batch, read_line
from clusters.domain.signed_erasure import ErasedEvents
from clusters.models import ArchiveBatch, ArchivedRequest, ClusterRequest
from clusters.models.event_row import EventRow, read_json
from clusters.operations.audit.archives.batch_file import (
    BatchInFile,
    Unopened,
    batch_at,
    opened,
)
from clusters.operations.audit.archives.reader import ArchiveReader, ArchiveUnread
from clusters.operations.audit.archives.record_check import link_of
from clusters.operations.audit.chains import named
from clusters.operations.audit.findings import Finding
from clusters.operations.audit.head_roots import ArchivedChain, root_of
from clusters.operations.audit.heads import sha256_of_line
from clusters.operations.audit.signed_by_us import why_not_ours


class ArchiveCheck:
    """
    Compares archives, what is left of their requests, and the events that tell of them.

    :param reader: None to compare without the files
    """

    def __init__(
        self,
        reader: ArchiveReader | None,
        erased: ErasedEvents,
        known_keys: Collection[str],
        *,
        are_places_kept: bool,
    ) -> None:
        self.requests = self.events = 0
        self._reader = reader
        self._erased = erased
        self._known_keys = known_keys
        self._are_places_kept = are_places_kept
        self._told: dict[str, EventRow] = {}

    def add(self, row: EventRow) -> None:
        """Take in the next event."""
        if not row.request_id and row.kind == EventKind.REQUESTS_ARCHIVED:
            self._told[str(read_json(row.data).get("sha256"))] = row

    def end(self) -> None:
        """
        Compare, once all events were added.

        :raises Finding: with the first batch or request that is not as it was written
        """
        told = dict(self._told)
        for batch in ArchiveBatch.objects.select_related("archive").order_by("pk"):
            if told.pop(sha256_of_line(batch.line), None) is None:
                raise Finding(f"{_called(batch)}: no event tells of it.")
            self._check(batch)
        for event in told.values():
            raise Finding(
                f"The installation: {named(event)} tells of a batch that is not there."
            )

    def _check(self, batch: ArchiveBatch) -> None:
        said = self._signed(batch)
        rows = list(batch.archived_requests.order_by("offset"))
        _require_rows(batch, said, rows)
        if self._reader is not None:
            self._check_file(batch, said, rows, self._reader)
        self.requests += said.requests
        self.events += said.events

    def _signed(self, batch: ArchiveBatch) -> Batch:
        try:
            signed = read_line(batch.line)
        except BadBatch as bad:
            raise Finding(f"{_called(batch)} {bad}.") from None
        said = signed.batch
        why = why_not_ours(said.installation, signed.public_key, self._known_keys)
        if why:
            raise Finding(f"{_called(batch)} {why}.")
        kept = (str(batch.archive_id), batch.requests, batch.events)
        if kept != (said.archive, said.requests, said.events):
            raise Finding(f"{_called(batch)} is not what its line says.")
        return said

    def _check_file(
        self,
        batch: ArchiveBatch,
        said: Batch,
        rows: Sequence[ArchivedRequest],
        reader: ArchiveReader,
    ) -> None:
        try:
            key = reader.key_of(batch.archive)
            with reader.open(batch.archive) as file:
                content = _content(batch, said, file)
        except ArchiveUnread as unread:
            raise Finding(str(unread)) from None
        lines = content.splitlines(keepends=True)
        if len(lines) != len(rows):
            raise Finding(
                f"{_called(batch)} has another number of requests in the file."
            )
        for row, line in zip(rows, lines, strict=True):
            try:
                record = opened(line, key)
            except Unopened as bad:
                raise Finding(f"{_named(row)} ({_called(batch)}) {bad}.") from None
            link = link_of(record, self._erased, are_places_kept=self._are_places_kept)
            if _kept(row) != {**record.kept_columns(), **link._asdict()}:
                raise Finding(
                    f"{_named(row)}: what the database says of it is not what its"
                    f" archive says. {_called(batch)}."
                )


def _require_rows(
    batch: ArchiveBatch, said: Batch, rows: Sequence[ArchivedRequest]
) -> None:
    """
    Check that what is left of the requests of a batch is what was signed.

    :raises Finding: if it is not, or such a request is in the database, too
    """
    again = ClusterRequest.objects.filter(pk__in=[row.pk for row in rows]).first()
    if again is not None:
        raise Finding(
            f"Request {again} is still there, and archived: {_called(batch)}."
        )
    if root_of(_chains(rows)) != said.root:
        raise Finding(
            f"{_called(batch)}: the rows of its {said.requests} requests are not those that"
            " were signed; one was changed, removed or added."
        )


def _chains(rows: Sequence[ArchivedRequest]) -> Iterator[ArchivedChain]:
    for row in sorted(rows, key=lambda row: row.pk.hex):
        yield ArchivedChain(str(row.pk), row.events, row.last_hash)


def _content(batch: ArchiveBatch, said: Batch, file: BinaryIO) -> bytes:
    """
    Return the lines of the requests in the file.

    :raises Finding: if they are not those that were signed
    """
    try:
        found: BatchInFile = batch_at(file, batch.offset)
    except BadBatch as bad:
        raise Finding(f"{_called(batch)} {bad} in the file.") from None
    if found.line != batch.line:
        raise Finding(f"{_called(batch)} begins with another line in the file.")
    if hashlib.sha256(found.content).hexdigest() != said.sha256:
        raise Finding(f"{_called(batch)} was changed in the file.")
    return found.content


def _kept(row: ArchivedRequest) -> dict[str, object]:
    columns = {**row.__dict__}
    for other in ("_state", "batch_id", "offset", "length"):
        del columns[other]
    return columns


def _called(batch: ArchiveBatch) -> str:
    return f"Batch {batch.pk} of the archive {batch.archive.path}"


def _named(row: ArchivedRequest) -> str:
    return f"Request {row.name} ({row.pk})"
