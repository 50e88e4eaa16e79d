"""Reconcile: take back requests of dead workers, enqueue due ones. Safe at any time."""

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now

from clusters.domain.engine_settings import GRACE_SECONDS
from clusters.domain.states import State, Verb
from clusters.models import CloudProject, ClusterRequest
from clusters.operations.core.columns import CLEARED_ABSENCE
from clusters.operations.core.database_clock import future
from clusters.operations.core.dispatch import enqueue_provisioning
from clusters.operations.core.errors import MoveNotAllowed
from clusters.operations.core.expected import Expected
from clusters.operations.core.transitions import advance
from clusters.operations.provisioning.claim import due_requests

log = logging.getLogger(__name__)

AT_ONCE = 200
"""How many requests of each kind one pass takes back; the next pass takes more."""


def reconcile(*, now: datetime) -> int:
    """Run one pass; return how many requests were taken back."""
    taken = _take_back_unsent(now) + _mark_unanswered_unclear(now)
    _enqueue_due()
    return taken


def _take_back_unsent(now: datetime) -> int:
    """
    Release requests whose claim ran out before its gate opened: nothing was sent.

    The new claim number in the UPDATE shuts that gate from then on. If the gate has opened
    since the row was read, `sent_at` in the WHERE of the same UPDATE keeps the row as it
    is. So this is safe also for a claim that seems to be made in the future, by a clock
    that was set back.
    """
    unsent = Expected({"sent_at": None})
    is_over = Q(claimed_until__lt=Now()) | Q(claimed_at__gt=future())
    lapsed = ClusterRequest.objects.filter(
        unsent.condition, is_over, state=State.SENDING
    )
    return sum(
        _move(
            request_id,
            Verb.RELEASE,
            claim,
            now,
            expected=unsent,
            claim=claim + 1,
            claimed_until=None,
        )
        for request_id, claim in lapsed.values_list("id", "claim")[:AT_ONCE]
    )


def _mark_unanswered_unclear(now: datetime) -> int:
    """Mark requests unclear whose gate has opened and that have no outcome in time."""
    late = ClusterRequest.objects.filter(
        state=State.SENDING, answer_by__lt=Now() - timedelta(seconds=GRACE_SECONDS)
    )
    return sum(
        _move(request_id, Verb.LOSE, claim, now, **CLEARED_ABSENCE)
        for request_id, claim in late.values_list("id", "claim")[:AT_ONCE]
    )


def _move(
    request_id: UUID, verb: Verb, expected_claim: int, now: datetime, **changes: Any
) -> int:
    try:
        advance(request_id, verb, now=now, expected_claim=expected_claim, **changes)
    except MoveNotAllowed:
        return 0
    log.warning(
        "request.taken_back",
        extra={"request_id": str(request_id), "verb": verb.value},
    )
    return 1


def _enqueue_due() -> None:
    """Enqueue each cloud project that has due requests and could create now."""
    open_projects = CloudProject.objects.with_open_gates().exclude(sealed_password="")
    due = open_projects.filter(
        Q(due_at=None) | Q(due_at__lte=Now()),
        id__in=due_requests().values("cloud_project_id"),
    )
    for project_id in due.values_list("id", flat=True):
        enqueue_provisioning(project_id)
