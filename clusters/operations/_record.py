"""The only place that writes history; every line is chained to the one before."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from django.db import transaction

from clusters.models import ClusterRequest, Event
from clusters.operations._announce import announce

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def record_event(
    request_id: UUID,
    kind: str,
    *,
    now: datetime,
    actor: "User | None" = None,
    data: dict[str, Any] | None = None,
) -> None:
    """
    Append one event that moves nothing; locks the request's row, so that `seq` has no gap.

    Within a transaction of the caller, an error here ends that one, too.
    """
    with transaction.atomic(savepoint=False):
        ClusterRequest.objects.select_for_update().only("id").get(id=request_id)
        record_under_lock(request_id, kind, now=now, actor=actor, data=data)


def record_under_lock(
    request_id: UUID,
    kind: str,
    *,
    now: datetime,
    actor: "User | None" = None,
    states: tuple[str, str] = ("", ""),
    data: dict[str, Any] | None = None,
) -> None:
    """
    Append one event within the caller's transaction.

    That has locked, moved or just made the request's row: else two events get one `seq`.
    """
    events = Event.objects.filter(request_id=request_id).order_by("-seq")
    last = events.values_list("seq", "hash").first()
    seq, previous_hash = last or (0, "")
    event = Event(
        request_id=request_id,
        seq=seq + 1,
        at=now,
        kind=kind,
        from_state=states[0],
        to_state=states[1],
        actor=actor,
        actor_name=actor.get_username() if actor else "",
        data=data or {},
        correlation_id=_correlation_id(),
        previous_hash=previous_hash,
    )
    event.hash = event.expected_hash()
    event.save(force_insert=True)
    announce(event)


def _correlation_id() -> str:
    bound = structlog.contextvars.get_contextvars()
    return str(bound.get("request_id") or bound.get("correlation_id") or "")[:64]
