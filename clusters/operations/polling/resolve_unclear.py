"""Decide on unclear requests by a listing: adopt a cluster, or count its absence."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from clusters.cloud.types import Outcome
from clusters.domain import spec_json
from clusters.domain.absence import Absence, Next, next_action, wait_of
from clusters.domain.engine_settings import EngineSettings
from clusters.domain.events import EventKind
from clusters.domain.matching import Found, Match, match
from clusters.domain.states import State, Verb
from clusters.models import Attempt, CloudProject, ClusterRequest
from clusters.models.attempt import is_clean, named_cluster
from clusters.models.cloud_project import Known
from clusters.models.request_columns import Needs
from clusters.operations.core.columns import CLEARED_ABSENCE
from clusters.operations.core.dispatch import enqueue_provisioning
from clusters.operations.core.errors import MoveNotAllowed
from clusters.operations.core.expected import ABSENCE, BYTES, Expected, amend
from clusters.operations.core.history import record_event
from clusters.operations.core.transitions import advance
from clusters.operations.inventory.scan import Inventory
from clusters.operations.provisioning.adopt import adopt, fail_taken_name

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class _UnclearContext:
    """One unclear request, and the listing by which it is decided on."""

    row: ClusterRequest
    attempts: tuple[Attempt, ...]
    project: CloudProject
    listing: Inventory
    engine: EngineSettings
    now: datetime

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcome of each attempt, the first one first."""
        return tuple(each.outcome for each in self.attempts)


def settle_unclear(
    project: CloudProject, listing: Inventory, *, engine: EngineSettings, now: datetime
) -> None:
    """
    Bring each unclear request of this cloud project a step on, by one listing.

    A request that somebody else moves meanwhile is left to them.
    """
    for row in _unclear(project, listing).prefetch_related("attempts"):
        context = _UnclearContext(
            row=row,
            attempts=tuple(row.attempts.all()),
            project=project,
            listing=listing,
            engine=engine,
            now=now,
        )
        try:
            _settle(context)
        except MoveNotAllowed:
            log.info("settle.late", extra={"request_id": str(row.id)})


def _unclear(project: CloudProject, listing: Inventory) -> QuerySet[ClusterRequest]:
    return ClusterRequest.objects.filter(
        cloud_project=project, state=State.UNCLEAR, place_sha256=listing.place_sha256
    )


def _settle(context: _UnclearContext) -> None:
    if cluster_id := named_cluster(context.attempts):
        # An answer was saved, and the row was never moved.
        _adopt(context, cluster_id)
        return
    verdict = _match(context)
    is_name_held = context.outcomes[-1:] == (Outcome.NAME_HELD,)
    if verdict.found is Found.OURS:
        _adopt(context, verdict.cluster_id)
    elif verdict.found is Found.AMBIGUOUS:
        _ask_operator(context, verdict, "ambiguous")
    elif verdict.found is Found.FOREIGN and is_name_held:
        _fail_for_name(context, verdict)
    else:
        # Nothing, or a cluster of somebody else with this name, and the cloud itself has
        # not refused the name: ours is absent.
        _count_absence(context, verdict)


def _match(context: _UnclearContext) -> Match:
    row = context.row
    return match(
        row.id,
        spec_json.from_json(row.spec),
        context.listing.listed_clusters,
        asked_at=row.created_at,
        clean=is_clean(context.attempts),
        drops_tags=context.project.keeps_tags == Known.NO,
    )


def _adopt(context: _UnclearContext, cluster_id: str) -> None:
    # The cluster was compared with these bytes. Not the claim: a cluster that is there
    # is ours, whichever attempt made it.
    same_bytes = Expected.of(context.row, *BYTES)
    adopt(context.row.id, cluster_id, now=context.now, expected=same_bytes)


def _fail_for_name(context: _UnclearContext, verdict: Match) -> None:
    fail_taken_name(
        context.row.id,
        Verb.SETTLE,
        verdict,
        now=context.now,
        expected=Expected.of(context.row, *ABSENCE),
    )


def _count_absence(context: _UnclearContext, verdict: Match) -> None:
    """Count a listing that began after the call's end; decide if it was the last one."""
    row, began_at = context.row, context.listing.began_at
    if (
        not context.listing.is_complete
        or row.answer_by is None
        or began_at < row.answer_by
    ):
        return
    wait = wait_of(context.outcomes, context.engine)
    before = Absence(looks=row.absent_scans, last_at=row.last_absent_at)
    absence = before.add_scan(began_at, wait=wait)
    if absence != before:
        _write(context, absent_scans=absence.looks, last_absent_at=absence.last_at)
        row.absent_scans, row.last_absent_at = absence.looks, absence.last_at
    if absence.is_settled(row.answer_by, wait=wait) and not row.needs:
        _end_search(context, verdict, absence)


def _end_search(context: _UnclearContext, verdict: Match, absence: Absence) -> None:
    """The cluster is settled absent: send again, fail, or have an operator decide."""
    names_unique = context.project.names_unique != Known.NO
    action = next_action(context.outcomes, names_unique=names_unique)
    details = {
        "looks": absence.looks,
        "seconds": int(_searched_for(context.row, absence).total_seconds()),
        "attempts": len(context.attempts),
    }
    if action is Next.RESEND:
        _resend(context, details)
    elif action is Next.FAIL:
        _fail(context, details)
    else:
        _ask_operator(context, verdict, "settled")


def _searched_for(row: ClusterRequest, absence: Absence) -> timedelta:
    """Return how long after its call's end the last counted listing began."""
    if absence.last_at is None or row.answer_by is None:
        return timedelta()
    return absence.last_at - row.answer_by


def _resend(context: _UnclearContext, details: dict[str, Any]) -> None:
    with transaction.atomic():
        advance(
            context.row.id,
            Verb.RESEND,
            now=context.now,
            data=details,
            expected=Expected.of(context.row, *ABSENCE),
            due_at=None,
            claimed_until=None,
            sent_at=None,
            answer_by=None,
            **CLEARED_ABSENCE,
        )
        enqueue_provisioning(context.project.pk)


def _fail(context: _UnclearContext, details: dict[str, Any]) -> None:
    advance(
        context.row.id,
        Verb.SETTLE,
        now=context.now,
        data=details,
        expected=Expected.of(context.row, *ABSENCE),
        needs="",
    )


def _ask_operator(context: _UnclearContext, verdict: Match, why: str) -> None:
    row = context.row
    if row.needs:
        return
    with transaction.atomic():
        _write(context, needs=Needs.OPERATOR)
        ids = [each.id for each in verdict.candidates]
        data = {"why": why, "candidates": ids}
        record_event(row.id, EventKind.OPERATOR_NEEDED, now=context.now, data=data)
    log.error(
        EventKind.OPERATOR_NEEDED.value, extra={"request_id": str(row.id), "why": why}
    )


def _write(context: _UnclearContext, **changes: Any) -> None:
    """
    Change the row, if nobody has begun anew since it was read.

    :raises MoveNotAllowed: if somebody has, or it is not unclear any more
    """
    same_search = Expected.of(context.row, *ABSENCE)
    amend(context.row.id, same_search, State.UNCLEAR, **changes)
