"""Put what is left of archived requests in the place of their rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from clusters.domain.events import EventKind
from clusters.domain.signed_batch import read_line
from clusters.models import (
    AdminPassword,
    Archive,
    ArchiveBatch,
    ArchivedRequest,
    Attempt,
    Cluster,
    ClusterRequest,
    Decision,
    Event,
    Mail,
)
from clusters.operations.audit.archives.record import Record
from clusters.operations.audit.archives.record_check import Link
from clusters.operations.audit.heads import sha256_of_line
from clusters.operations.core.history import record_installation_event
from clusters.operations.core.history_opening import opened_history

_VIA: Final = "archive"


@dataclass(frozen=True)
class Written:
    """
    A batch as it was written to the file.

    The records in their order there, the chain of each, the bytes that each has there; the
    line before them, and at which byte of the file that begins.
    """

    records: Sequence[Record]
    links: Sequence[Link]
    lengths: Sequence[int]
    line: str
    offset: int


def replace_rows(written: Written, archive: Archive, *, now: datetime) -> ArchiveBatch:
    """
    Remove the requests of a batch, and keep where they are; events tell of it.

    Call it in the transaction that has locked the requests.
    """
    says = read_line(written.line).batch
    if archive._state.adding:
        archive.save(force_insert=True)
    batch = ArchiveBatch.objects.create(
        archive=archive,
        offset=written.offset,
        line=written.line,
        requests=says.requests,
        events=says.events,
    )
    ArchivedRequest.objects.bulk_create(_rows(written, batch))
    about = {"archive": says.archive, "batch": batch.pk}
    with opened_history(
        why=f"Requests that ended before {says.before} were archived.",
        now=now,
        via=_VIA,
        data=about,
    ):
        _remove([UUID(record.request_id) for record in written.records])
    record_installation_event(
        EventKind.REQUESTS_ARCHIVED,
        now=now,
        data={
            **about,
            "path": archive.path,
            "requests": says.requests,
            "events": says.events,
            "sha256": sha256_of_line(written.line),
        },
    )
    return batch


def _rows(written: Written, batch: ArchiveBatch) -> Iterator[ArchivedRequest]:
    offset = written.offset + len(written.line) + 1
    for record, link, length in zip(
        written.records, written.links, written.lengths, strict=True
    ):
        yield ArchivedRequest(
            batch=batch,
            offset=offset,
            length=length,
            **record.kept_columns(),
            **link._asdict(),
        )
        offset += length


def _remove(request_ids: Sequence[UUID]) -> None:
    """Remove the rows of requests, and their clusters where no request is left of them."""
    requests = ClusterRequest.objects.filter(pk__in=request_ids)
    of_these = requests.exclude(cluster=None).values_list("cluster_id", flat=True)
    cluster_ids = list(of_these)
    Mail.objects.filter(event__request_id__in=request_ids).delete()
    # No archive holds a password, neither a kept one nor what is left of an erased one.
    AdminPassword.objects.filter(request_id__in=request_ids).delete()
    for model in (Attempt, Decision, Event):
        model._base_manager.filter(request_id__in=request_ids).delete()
    requests.delete()
    Cluster.objects.filter(pk__in=cluster_ids, requests=None).delete()
