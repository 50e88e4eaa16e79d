"""Facts about a request's history, read in one query that returns one row."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import (
    Aggregate,
    Count,
    Exists,
    JSONField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)

from clusters.domain.absence import TOUCHED
from clusters.domain.events import EventKind
from clusters.domain.permissions import Viewer
from clusters.models import (
    Attempt,
    ClusterRequest,
    Decision,
    Event,
    InventorySnapshot,
    Watcher,
)


@dataclass(frozen=True, kw_only=True)
class HistoryFacts:
    """
    What the page needs of events, attempts, decisions and the last scan.

    `last_hash` is the hash of the newest event; `last_number` and `last_outcome` are of
    the newest attempt. `approved_by` and `approved_at` are of the valid approval.
    `touched` is the number of attempts that the cloud may have started to execute, 0
    unless the request is unclear. `scanned_at` is when the last scan of the cloud project
    ended, and `clusters` are the clusters that it listed, as JSON: read only for an
    operator and an unclear request, since there may be a thousand. `was_requester` says
    whether the viewer once handed the request over; read only where it matters.
    `watchers` are user names in any order, None if nobody watches.
    """

    last_hash: str | None
    last_number: int | None
    last_outcome: str | None
    approved_by: str | None
    approved_at: datetime | None
    scanned_at: datetime | None
    touched: int | None
    was_requester: bool
    clusters: list[dict[str, Any]] | None
    watchers: list[str] | None

    @property
    def was_sent(self) -> bool:
        """Whether an attempt was ever made."""
        return self.last_number is not None


def history_facts(row: ClusterRequest, viewer: Viewer) -> HistoryFacts:
    """Read the facts. Each subquery reads few rows by an index, however long the history."""
    own = OuterRef("pk")
    events = Event.objects.filter(request=own).order_by("-seq")
    attempts = Attempt.objects.filter(request=own).order_by("-number")
    standing = Decision.objects.standing_approvals().filter(request=own)
    scans = InventorySnapshot.objects.filter(cloud_project=OuterRef("cloud_project"))
    asked: dict[str, Any] = {
        "last_hash": _first(events, "hash"),
        "last_number": _first(attempts, "number"),
        "last_outcome": _first(attempts, "outcome"),
        "approved_by": _first(standing, "by_name"),
        "approved_at": _first(standing, "at"),
        "scanned_at": _first(scans, "ended_at"),
        "touched": _touched() if row.is_unclear else Value(0),
        "was_requester": Value(value=False),
        "clusters": Value(None, output_field=JSONField()),
        "watchers": _watchers(),
    }
    if row.is_unclear and viewer.operates:
        here = scans.filter(place_sha256=row.place_sha256)
        asked["clusters"] = _first(here, "clusters")
    if (row.is_pending and viewer.approves) or (row.is_unclear and viewer.operates):
        handed = Event.objects.filter(
            request=own, kind=EventKind.HAND_OVER, data__from_id=viewer.user_id
        )
        asked["was_requester"] = Exists(handed)
    found = ClusterRequest.objects.filter(pk=row.pk).annotate(
        **{f"fact_{name}": each for name, each in asked.items()}
    )
    names = [field.name for field in fields(HistoryFacts)]
    values = found.values_list(*[f"fact_{name}" for name in names]).get()
    return HistoryFacts(**dict(zip(names, values, strict=True)))


def _first(rows: "QuerySet[Any]", column: str) -> Subquery:
    return Subquery(rows.values(column)[:1])


class _JsonArray(Aggregate):
    """All values as one JSON array, by the functions of SQLite and PostgreSQL."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **context)


def _watchers() -> Subquery:
    rows = Watcher.objects.filter(request=OuterRef("pk")).order_by().values("request")
    return Subquery(rows.annotate(all=_JsonArray("person__username")).values("all"))


def _touched() -> Subquery:
    rows = Attempt.objects.filter(request=OuterRef("pk"), outcome__in=TOUCHED)
    counted = rows.order_by().values("request").annotate(count=Count("pk"))
    return Subquery(counted.values("count"))
