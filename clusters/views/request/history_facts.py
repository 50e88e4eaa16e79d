"""What a page asks of a request's history without reading it: one query, one row."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import (
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
from clusters.models import Attempt, ClusterRequest, Decision, Event, InventorySnapshot


@dataclass(frozen=True, kw_only=True)
class HistoryFacts:
    """
    The hash of the last event, the number and outcome of the last attempt, and more.

    `touched` counts the attempts that the cloud may have begun with, of an unclear
    request. `looked_at` is when the last look of the cloud project ended; `was_requester`
    says whether the request was handed over from the reader, who could decide on it or
    judge it.
    `clusters` are those of that look, for whoever may judge an unclear request: a
    thousand of them weigh something.
    """

    last_hash: str | None
    last_number: int | None
    last_outcome: str | None
    approved_by: str | None
    approved_at: datetime | None
    looked_at: datetime | None
    touched: int | None
    was_requester: bool
    clusters: list[dict[str, Any]] | None

    @property
    def was_sent(self) -> bool:
        """Whether an attempt was ever made."""
        return self.last_number is not None


def history_facts(row: ClusterRequest, viewer: Viewer) -> HistoryFacts:
    """Ask for them; each is one row by an index, however long the history is."""
    own = OuterRef("pk")
    events = Event.objects.filter(request=own).order_by("-seq")
    attempts = Attempt.objects.filter(request=own).order_by("-number")
    standing = Decision.objects.standing_approvals().filter(request=own)
    looks = InventorySnapshot.objects.filter(cloud_project=OuterRef("cloud_project"))
    asked: dict[str, Any] = {
        "last_hash": _first(events, "hash"),
        "last_number": _first(attempts, "number"),
        "last_outcome": _first(attempts, "outcome"),
        "approved_by": _first(standing, "by_name"),
        "approved_at": _first(standing, "at"),
        "looked_at": _first(looks, "ended_at"),
        "touched": _touched() if row.is_unclear else Value(0),
        "was_requester": Value(value=False),
        "clusters": Value(None, output_field=JSONField()),
    }
    if row.is_unclear and viewer.operates:
        here = looks.filter(place_sha256=row.place_sha256)
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


def _touched() -> Subquery:
    rows = Attempt.objects.filter(request=OuterRef("pk"), outcome__in=TOUCHED)
    counted = rows.order_by().values("request").annotate(count=Count("pk"))
    return Subquery(counted.values("count"))
