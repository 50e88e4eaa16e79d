"""Resolve unclear requests by a scan: adopt the cluster, or count its absence."""

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
    """One unclear request as it was read, and the scan that decides on it."""

    row: ClusterRequest
    attempts: tuple[Attempt, ...]
    project: CloudProject
    listing: Inventory
    engine: EngineSettings
    now: datetime

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes of the attempts, in their order."""
        return tuple(each.outcome for each in self.attempts)


def settle_unclear(
    project: CloudProject, listing: Inventory, *, engine: EngineSettings, now: datetime
) -> None:
    """
    Adopt, count, resend, fail or escalate each unclear request of this cloud project.

    A request that another writer has changed since it was read is skipped.
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
            log.info("unclear.skipped", extra={"request_id": str(row.id)})


def _unclear(project: CloudProject, listing: Inventory) -> QuerySet[ClusterRequest]:
    return ClusterRequest.objects.filter(
        cloud_project=project, state=State.UNCLEAR, place_sha256=listing.place_sha256
    )


def _settle(context: _UnclearContext) -> None:
    if cluster_id := named_cluster(context.attempts):
        # The answer was saved, and the worker died before it moved the request.
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
        # Nothing listed; or a foreign cluster has the name, although the cloud has not
        # refused the name in the last attempt. Either way ours is absent.
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
    # The cluster was compared with this body. The claim is not checked: a cluster that
    # exists is adopted, whichever attempt made it.
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
    """Count a complete scan that began after the call's end; act if that settles it."""
    row, began_at = context.row, context.listing.began_at
    if (
        not context.listing.is_complete
        or row.answer_by is None
        or began_at < row.answer_by
    ):
        return
    wait = wait_of(context.outcomes, context.engine)
    before = Absence(scans=row.absent_scans, last_at=row.last_absent_at)
    absence = before.add_scan(began_at, wait=wait)
    if absence != before:
        _write(context, absent_scans=absence.scans, last_absent_at=absence.last_at)
        # Every later write here expects the columns that were written just now.
        row.absent_scans, row.last_absent_at = absence.scans, absence.last_at
    if absence.is_settled(row.answer_by, wait=wait) and not row.needs:
        _act_on_absence(context, verdict, absence)


def _act_on_absence(context: _UnclearContext, verdict: Match, absence: Absence) -> None:
    """Send again, fail, or ask an operator, now that the absence is settled."""
    names_unique = context.project.names_unique != Known.NO
    action = next_action(context.outcomes, names_unique=names_unique)
    details = {
        "looks": absence.scans,
        "seconds": int(_time_searched(context.row, absence).total_seconds()),
        "attempts": len(context.attempts),
    }
    if action is Next.RESEND:
        _resend(context, details)
    elif action is Next.FAIL:
        _fail(context, details)
    else:
        _ask_operator(context, verdict, "settled")


def _time_searched(row: ClusterRequest, absence: Absence) -> timedelta:
    """Return how long after the call's end the last counted scan began."""
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
    Change columns of the request, if attempt and counted scans are those that were read.

    :raises MoveNotAllowed: if they are not, or it is not unclear any more
    """
    same_count = Expected.of(context.row, *ABSENCE)
    amend(context.row.id, same_count, State.UNCLEAR, **changes)
