"""
Claim the next due request of a cloud project.

Requesters take turns, and no more than `MAX_CALLS` creates of a project are in flight.
"""

import contextlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now

from clusters.domain.engine_settings import EngineSettings
from clusters.domain.states import State, Verb
from clusters.models import CloudProject, ClusterRequest
from clusters.operations.core.errors import MoveNotAllowed
from clusters.operations.core.schema import is_newer_schema
from clusters.operations.core.timeline import is_other_timeline
from clusters.operations.core.transitions import advance

CANDIDATES: Final = 5
"""How many due requests one call tries, where others are cancelled at the same time."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A worker's hold on one request; every later write of the worker checks `number`."""

    request_id: UUID
    cloud_project_id: int
    number: int


def claim_next(
    cloud_project_id: int, *, engine: EngineSettings, now: datetime
) -> Claim | None:
    """
    Move the next due request to `sending`, with a lease of `engine.claim`.

    The requester whose last claim is the oldest comes first.

    :return: None where nothing is due, no gate of the project could open (it is paused,
        quarantined or throttled, or the database was promoted), `engine.max_calls`
        creates of it are in flight, or a newer version has migrated the database
    """
    if is_newer_schema():
        return None
    with transaction.atomic():
        project = _open_project(cloud_project_id)
        if project is None or _in_flight(project) >= engine.max_calls:
            return None
        if is_other_timeline():
            return None
        due = due_requests().filter(cloud_project=project).order_by(*_TURNS)
        for request_id, number in due.values_list("id", "claim")[:CANDIDATES]:
            # One savepoint for each candidate: a failed one releases its row's lock, so
            # that a concurrent cancel never waits for the rest of this transaction.
            with contextlib.suppress(MoveNotAllowed), transaction.atomic():
                return _claim(request_id, project, number, engine=engine, now=now)
    return None


def _claim(
    request_id: UUID,
    project: CloudProject,
    number: int,
    *,
    engine: EngineSettings,
    now: datetime,
) -> Claim:
    claim = Claim(request_id=request_id, cloud_project_id=project.pk, number=number + 1)
    advance(
        request_id,
        Verb.CLAIM,
        now=now,
        expected_claim=number,
        data={"claim": claim.number},
        claim=claim.number,
        claimed_at=Now(),
        claimed_until=Now() + engine.claim,
        sent_at=None,
        answer_by=None,
    )
    return claim


def due_requests() -> QuerySet[ClusterRequest]:
    """Return approved requests that are due now, by the database's clock."""
    return ClusterRequest.objects.filter(
        Q(due_at__isnull=True) | Q(due_at__lte=Now()), state=State.APPROVED
    )


_LAST_TURN = Subquery(
    ClusterRequest.objects.filter(
        requester=OuterRef("requester"),
        cloud_project=OuterRef("cloud_project"),
        claimed_at__lte=Now(),  # ignore times that a clock that was ahead has written
    )
    .order_by("-claimed_at")
    .values("claimed_at")[:1]
)
_TURNS = (
    # After a refused token, the same request tries the next one: each costs a login.
    F("token_refusals").desc(),
    _LAST_TURN.asc(nulls_first=True),
    F("moved_at").asc(),
    F("id").asc(),
)


def _open_project(cloud_project_id: int) -> CloudProject | None:
    """
    Lock and return the cloud project; None if no gate of it could open now.

    The lock keeps two workers from both taking the last free slot.
    """
    return (
        CloudProject.objects.select_for_update()
        .with_open_gates()
        .filter(Q(due_at__isnull=True) | Q(due_at__lte=Now()), id=cloud_project_id)
        .first()
    )


def _in_flight(project: CloudProject) -> int:
    """Count the requests of this project that are claimed or whose call may still run."""
    return ClusterRequest.objects.filter(
        Q(claimed_until__gt=Now()) | Q(answer_by__gt=Now()),
        cloud_project=project,
        state=State.SENDING,
    ).count()
