"""Look for the clusters of unclear requests, and end what was looked for long enough."""

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
from clusters.domain.matching import Found, ListedCluster, Match, match
from clusters.domain.states import State, Verb
from clusters.models import Attempt, CloudProject, ClusterRequest
from clusters.models.cloud_project import Known
from clusters.models.request_columns import Needs
from clusters.operations.core.dispatch import enqueue_provisioning
from clusters.operations.core.expected import ABSENCE, BYTES, Expected, amend
from clusters.operations.core.history import record_event
from clusters.operations.core.transitions import NOT_LOOKED_FOR, MoveNotAllowed, advance
from clusters.operations.inventory.scan import Inventory
from clusters.operations.provisioning.adopt import adopt, fail_taken_name
from clusters.operations.provisioning.answer import is_clean, named_cluster

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class _Case:
    """One unclear request, its attempts, and what a listing says about it."""

    row: ClusterRequest
    attempts: list[Attempt]
    project: CloudProject
    verdict: Match
    listing: Inventory
    engine: EngineSettings
    now: datetime

    @property
    def outcomes(self) -> list[str]:
        """What each attempt came to, in their order."""
        return [each.outcome for each in self.attempts]

    @property
    def same_bytes(self) -> Expected:
        """
        What an adoption rests on: the cluster was compared with this body.

        Not the claim: a cluster that is there is ours whoever asked for it.
        """
        return Expected.of(self.row, *BYTES)

    @property
    def is_name_held(self) -> bool:
        """Whether the cloud refused the last attempt because of its name."""
        return self.outcomes[-1:] == [Outcome.NAME_HELD]


def settle_unclear(
    project: CloudProject, listing: Inventory, *, engine: EngineSettings, now: datetime
) -> None:
    """Adopt what the listing shows, count what it does not, end what is settled."""
    listed_clusters = listing.listed_clusters
    for row in _unclear(project, listing).prefetch_related("attempts"):
        case = _case(row, project, listed_clusters, listing, engine, now)
        try:
            _settle(case)
        except MoveNotAllowed:
            log.info("settle.late", extra={"request_id": str(row.id)})


def _unclear(project: CloudProject, listing: Inventory) -> QuerySet[ClusterRequest]:
    return ClusterRequest.objects.filter(
        cloud_project=project, state=State.UNCLEAR, place_sha256=listing.place_sha256
    )


def _case(
    row: ClusterRequest,
    project: CloudProject,
    listed_clusters: tuple[ListedCluster, ...],
    listing: Inventory,
    engine: EngineSettings,
    now: datetime,
) -> _Case:
    attempts = list(row.attempts.all())
    return _Case(
        row=row,
        attempts=attempts,
        project=project,
        verdict=match(
            row.id,
            spec_json.from_json(row.spec),
            listed_clusters,
            asked_at=row.created_at,
            clean=is_clean(attempts),
            drops_tags=project.keeps_tags == Known.NO,
        ),
        listing=listing,
        engine=engine,
        now=now,
    )


def _settle(case: _Case) -> None:
    # An answer was saved, and the row was never moved.
    if known := named_cluster(case.attempts):
        found = Match(found=Found.OURS, candidates=(ListedCluster(id=known, name=""),))
        adopt(case.row.id, found, now=case.now, expected=case.same_bytes)
    elif case.verdict.found is Found.OURS:
        adopt(case.row.id, case.verdict, now=case.now, expected=case.same_bytes)
    elif case.verdict.found is Found.NOTHING:
        _count_absence(case)
    elif case.verdict.found is Found.FOREIGN and case.is_name_held:
        fail_taken_name(
            case.row.id,
            Verb.SETTLE,
            case.verdict,
            now=case.now,
            expected=Expected.of(case.row, *ABSENCE),
        )
    elif case.verdict.found is Found.AMBIGUOUS:
        _ask_operator(case, "ambiguous")
    else:
        # Somebody else's cluster has the name, and the cloud has not said so itself:
        # ours is not there, which is what counts.
        _count_absence(case)


def _count_absence(case: _Case) -> None:
    row, began_at = case.row, case.listing.began_at
    if not case.listing.counts or row.answer_by is None or began_at < row.answer_by:
        return
    wait = wait_of(case.outcomes, case.engine)
    before = Absence(looks=row.absent_looks, last_at=row.last_absent_at)
    absence = before.add_scan(began_at, wait=wait)
    if absence != before:
        _write(case, absent_looks=absence.looks, last_absent_at=absence.last_at)
        row.absent_looks, row.last_absent_at = absence.looks, absence.last_at
    if absence.is_settled(row.answer_by, wait=wait) and not row.needs:
        _end(case, absence)


def _end(case: _Case, absence: Absence) -> None:
    names_unique = case.project.names_unique != Known.NO
    what = next_action(case.outcomes, names_unique=names_unique)
    words = {
        "looks": absence.looks,
        "seconds": int(_looked_for(case.row, absence).total_seconds()),
        "attempts": len(case.attempts),
    }
    if what is Next.RESEND:
        _resend(case, words)
    elif what is Next.FAIL:
        seen = Expected.of(case.row, *ABSENCE)
        advance(
            case.row.id, Verb.SETTLE, now=case.now, data=words, expected=seen, needs=""
        )
    else:
        _ask_operator(case, "settled")


def _looked_for(row: ClusterRequest, absence: Absence) -> timedelta:
    """Return how long after its call's end this request was looked for."""
    if absence.last_at is None or row.answer_by is None:
        return timedelta()
    return absence.last_at - row.answer_by


def _resend(case: _Case, words: dict[str, Any]) -> None:
    with transaction.atomic():
        advance(
            case.row.id,
            Verb.RESEND,
            now=case.now,
            data=words,
            expected=Expected.of(case.row, *ABSENCE),
            due_at=None,
            claimed_until=None,
            sent_at=None,
            answer_by=None,
            **NOT_LOOKED_FOR,
        )
        enqueue_provisioning(case.project.pk)


def _ask_operator(case: _Case, why: str) -> None:
    if case.row.needs:
        return
    with transaction.atomic():
        _write(case, needs=Needs.OPERATOR)
        ids = [each.id for each in case.verdict.candidates]
        data = {"why": why, "candidates": ids}
        record_event(case.row.id, EventKind.OPERATOR_NEEDED, now=case.now, data=data)
    extra = {"request_id": str(case.row.id), "why": why}
    log.error(EventKind.OPERATOR_NEEDED.value, extra=extra)


def _write(case: _Case, **changes: Any) -> None:
    """
    Change the row, if nobody has begun anew since it was read.

    :raises MoveNotAllowed: if somebody has, or it is not unclear any more
    """
    amend(case.row.id, Expected.of(case.row, *ABSENCE), State.UNCLEAR, **changes)
