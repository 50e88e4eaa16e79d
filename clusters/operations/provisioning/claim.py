"""Take the next request whose turn it is, for a while, under the project's cap."""

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
"""How many due rows are tried where each is cancelled just then."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A worker's hold on one row; every later write of this worker carries `number`."""

    request_id: UUID
    cloud_project_id: int
    number: int


def claim_next(
    cloud_project_id: int, *, engine: EngineSettings, now: datetime
) -> Claim | None:
    """
    Move the next due request to `sending` and own it for `engine.claim`.

    None where nothing is due, no gate of the project could open (it is paused,
    quarantined or throttled, or the database was promoted), `max_calls` creates of it
    are in flight, or a newer version has migrated the database. Requesters take turns:
    who was served longest ago comes first.
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
            # Whoever cancels meanwhile does not wait for our lock of the project, and a
            # row that was cancelled is not locked while the next one is tried.
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
    """Approved requests whose time has come, by the database's clock."""
    return ClusterRequest.objects.filter(
        Q(due_at__isnull=True) | Q(due_at__lte=Now()), state=State.APPROVED
    )


_LAST_TURN = Subquery(
    ClusterRequest.objects.filter(
        requester=OuterRef("requester"),
        cloud_project=OuterRef("cloud_project"),
        claimed_at__lte=Now(),  # a turn of the future, by a wrong clock, is none
    )
    .order_by("-claimed_at")
    .values("claimed_at")[:1]
)
_TURNS = (
    # Whether the next token is any better is tried with one row: each costs a login.
    F("token_refusals").desc(),
    _LAST_TURN.asc(nulls_first=True),
    F("moved_at").asc(),
    F("id").asc(),
)


def _open_project(cloud_project_id: int) -> CloudProject | None:
    """Lock the project's row, so that two workers do not both count the last slot."""
    return (
        CloudProject.objects.select_for_update()
        .with_open_gates()
        .filter(Q(due_at__isnull=True) | Q(due_at__lte=Now()), id=cloud_project_id)
        .first()
    )


def _in_flight(project: CloudProject) -> int:
    return ClusterRequest.objects.filter(
        Q(claimed_until__gt=Now()) | Q(answer_by__gt=Now()),
        cloud_project=project,
        state=State.SENDING,
    ).count()
