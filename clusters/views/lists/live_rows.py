"""
Live updates of the rows of a list.

A page polls with `?watch=`, which names its moving rows and what it shows of each:
the hex id (32 characters) and a CRC-32 of the shown values (8), separated by commas.
"""

import zlib
from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clusters.models import ClusterRequest
from clusters.views.lists.paging import PAGE_SIZE

_STOP_POLLING = 286
"""
The HTTP status on which htmx swaps the response in and stops polling.

https://htmx.org/docs/#polling
"""


def watch_of(rows: Iterable[ClusterRequest]) -> str:
    """Return the value of `watch` for these rows; empty if none of them is moving."""
    return ",".join(_mark(row) for row in rows if row.is_moving)


def watched_rows(request: HttpRequest) -> HttpResponse:
    """Render the rows that differ from `?watch=`, and the next value of `watch`."""
    known = _read(request.GET.get("watch", ""))
    rows = list(
        ClusterRequest.objects.visible_to(request.user).filter(id__in=known).as_rows()
    )
    changed = [row for row in rows if _mark(row) != known[row.id]]
    watch = watch_of(rows)
    return render(
        request,
        "clusters/fragments/watch.html",
        {"watch": watch, "changed": changed},
        status=200 if watch else _STOP_POLLING,
    )


def _mark(row: ClusterRequest) -> str:
    progress = row.cluster.cloud_progress if row.cluster else ""
    shown = f"{row.state} {progress} {row.cloud_id} {row.error_code}"
    return f"{row.id.hex}{zlib.crc32(shown.encode()):08x}"


def _read(text: str) -> dict[UUID, str]:
    known = {}
    for mark in text.split(",")[:PAGE_SIZE]:
        try:
            known[UUID(mark[:32])] = mark
        except ValueError:
            continue
    return known
