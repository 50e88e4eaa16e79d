"""The chains of archived requests, for heads."""

from collections.abc import Iterator
from uuid import UUID

from clusters.models import ArchivedRequest
from clusters.operations.audit.archives.reader import ArchiveReader, ArchiveUnread
from clusters.operations.audit.column_texts import text_of_uuid
from clusters.operations.audit.findings import Finding
from clusters.operations.audit.head_roots import ArchivedChain
from clusters.operations.audit.snapshot import Snapshot


def archived_chains(
    snapshot: Snapshot, reader: ArchiveReader | None, *, last_event: int
) -> Iterator[ArchivedChain]:
    """
    Yield what a head that ends with this event covers of the archived requests.

    They come in the order of their ids. A head that was taken before the last event of an
    archived request covers a part of its chain, which is read from the archive.

    :param reader: None if no archive is to be read
    :raises Finding: if an archive has to be read for this head, and cannot be
    """
    columns = f"{text_of_uuid('id')}, first_event, last_event, events, last_hash"
    rows = snapshot.stream(
        # Nothing but constants of the code and a number is put together here.
        f"SELECT {columns} FROM clusters_archivedrequest"  # noqa: S608
        f" WHERE first_event <= {last_event:d} ORDER BY id"
    )
    for request_id, _first, last, events, last_hash in rows:
        if last <= last_event:
            yield ArchivedChain(request_id, events, last_hash)
        else:
            yield _part(request_id, reader, last_event)


def _part(
    request_id: str, reader: ArchiveReader | None, last_event: int
) -> ArchivedChain:
    row = ArchivedRequest.objects.select_related("batch__archive").get(
        id=UUID(request_id)
    )
    if reader is None:
        raise Finding(
            "The head was taken before the last events of request"
            f" {row.name} ({row.id}): to compare them, the archive"
            f" {row.batch.archive.path} has to be read."
        )
    try:
        covered = [e for e in reader.record(row).events if e.id <= last_event]
    except ArchiveUnread as unread:
        raise Finding(str(unread)) from None
    return ArchivedChain(request_id, covered[-1].seq, covered[-1].hash)
