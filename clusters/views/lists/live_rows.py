"""Rows of a list that move by themselves: what the page knows, and what is new."""

import zlib
from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clusters.models import ClusterRequest
from clusters.views.lists.paging import PAGE_SIZE

_DONE = 286
"""The status on which htmx shows the answer and stops asking."""


def watch_of(rows: Iterable[ClusterRequest]) -> str:
    """Name the rows that move, each with a mark of what it shows now."""
    return ",".join(_mark(row) for row in rows if row.is_moving)


def watched_rows(request: HttpRequest) -> HttpResponse:
    """Answer `?watch=`: the rows that changed since, and what to watch from now on."""
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
        status=200 if watch else _DONE,
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
