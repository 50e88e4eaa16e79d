"""Create exactly once: claim, look first, gate, send, save, sort."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from clusters.cloud.errors import AnswerUnreadable, CloudError
from clusters.cloud.huawei.body import sha256_of
from clusters.cloud.types import Cloud
from clusters.domain import spec_json
from clusters.domain.engine_settings import EngineSettings
from clusters.domain.matching import Found, ListedCluster, Match, match
from clusters.domain.states import Verb
from clusters.models import Attempt, ClusterRequest
from clusters.models.cloud_project import Known
from clusters.models.request_columns import Needs
from clusters.operations.core.expected import Expected
from clusters.operations.core.transitions import NOT_LOOKED_FOR, MoveNotAllowed, advance
from clusters.operations.inventory.scan import scan_inventory, shared_inventory
from clusters.operations.provisioning.adopt import adopt, fail_taken_name
from clusters.operations.provisioning.answer import (
    Answered,
    is_clean,
    named_cluster,
    save_answer,
    sort_answer,
)
from clusters.operations.provisioning.claim import Claim, claim_next
from clusters.operations.provisioning.gate import Gate
from clusters.operations.provisioning.release import release
from clusters.operations.provisioning.void_decision import (
    DECISION_TOO_OLD,
    is_decided,
    void_decision,
)
from clusters.operations.requests.submit import body_of

log = logging.getLogger(__name__)

ELSEWHERE: Final = gettext_noop("The cloud project is connected to another place now.")


@dataclass(frozen=True, kw_only=True)
class _Turn:
    """One claimed request, and what a worker has at hand for it."""

    claim: Claim
    cluster_request: ClusterRequest
    attempts: tuple[Attempt, ...]
    cloud: Cloud
    engine: EngineSettings
    is_stopping: Callable[[], bool]
    started_at: datetime
    began: float

    @property
    def is_first(self) -> bool:
        """Whether nothing was ever sent for this request."""
        return not self.attempts

    @property
    def now(self) -> datetime:
        """The time of whoever started the turn, and what passed since by our clock."""
        return self.started_at + timedelta(seconds=time.monotonic() - self.began)


def _never() -> bool:
    return False


def provision_next(
    cloud_project_id: int,
    *,
    cloud: Cloud,
    engine: EngineSettings,
    now: datetime,
    is_stopping: Callable[[], bool] = _never,
) -> Claim | None:
    """
    Take the next approved request of this cloud project and bring it one step on.

    Whatever happens, at most one POST leaves, and none while a cluster of this request
    may be there. Returns the claim, or None where there was nothing to do.
    """
    if is_stopping():
        return None
    began = time.monotonic()
    claim = claim_next(cloud_project_id, engine=engine, now=now)
    if claim is None:
        return None
    rows = ClusterRequest.objects.select_related("cloud_project")
    cluster_request = rows.get(id=claim.request_id)
    turn = _Turn(
        claim=claim,
        cluster_request=cluster_request,
        attempts=tuple(cluster_request.attempts.all()),
        cloud=cloud,
        engine=engine,
        is_stopping=is_stopping,
        started_at=now,
        began=began,
    )
    try:
        _take(turn)
    except MoveNotAllowed:
        # Robbed: another worker or a late answer moved the row, and its word counts.
        log.warning("claim.lost", extra={"request_id": str(claim.request_id)})
    return claim


def _take(turn: _Turn) -> None:
    if turn.cluster_request.claim != turn.claim.number:
        # What was read is another worker's: no write may rest on it.
        raise MoveNotAllowed
    # An answer named it when the row had moved on.
    if known := named_cluster(turn.attempts):
        _heed(
            turn,
            Match(found=Found.OURS, candidates=(ListedCluster(id=known, name=""),)),
        )
        return
    spec = spec_json.from_json(turn.cluster_request.spec)
    api = turn.cluster_request.cloud_project.create_api
    body = body_of(spec, turn.cluster_request.id, api)
    if sha256_of(body) != turn.cluster_request.body_sha256 or _is_elsewhere(turn):
        _void_decision(turn, body)
        return
    try:
        _refuse_old_client(turn)
        seen = _look_first(turn)
    except CloudError as error:
        release(turn.claim, because=error, engine=turn.engine, now=turn.now)
        return
    verdict = match(
        turn.cluster_request.id,
        spec,
        seen,
        asked_at=turn.cluster_request.created_at,
        # Read before the look. Only this claim adds attempts; an answer that came during
        # the look would at most have taken a doubt away.
        clean=is_clean(turn.attempts),
        drops_tags=turn.cluster_request.cloud_project.keeps_tags == Known.NO,
    )
    if verdict.found is Found.NOTHING:
        _send(turn, body)
    else:
        _heed(turn, verdict)


def _look_first(turn: _Turn) -> tuple[ListedCluster, ...]:
    """
    List before every attempt: the database may have forgotten one, the cloud has not.

    A first attempt is content with somebody else's fresh look. Later ones, and any in
    quarantine, need a look of their own that counts. None goes by a look in which what
    could not be read may be ours.
    """
    cloud_project = turn.cluster_request.cloud_project
    needs_proof = not turn.is_first or cloud_project.quarantined_at
    if not needs_proof:
        seen = shared_inventory(
            cloud_project,
            place_sha256=turn.cloud.place.fingerprint,
            max_age=timedelta(seconds=turn.engine.poll_seconds),
        )
        if seen is not None:
            return seen
    listing = scan_inventory(cloud_project.pk, cloud=turn.cloud)
    if listing.hides_ours or (needs_proof and not listing.counts):
        raise AnswerUnreadable(listing.doubt)
    return listing.listed_clusters


def _send(turn: _Turn, body: bytes) -> None:
    if not is_decided(turn.cluster_request, turn.now):
        because = {"because": DECISION_TOO_OLD}
        void_decision(turn.cluster_request, turn.attempts, because, now=turn.now)
        return
    gate = Gate(
        turn.claim,
        body_sha256=sha256_of(body),
        place_sha256=turn.cloud.place.fingerprint,
        call=turn.engine.call,
        is_stopping=turn.is_stopping,
    )
    began = time.monotonic()
    answer = turn.cloud.create(body, gate=gate)
    took = timedelta(seconds=time.monotonic() - began)
    now = turn.now
    save_answer(turn.claim, answer, took=took, now=now)
    answered = Answered(claim=turn.claim, answer=answer, engine=turn.engine, now=now)
    sort_answer(answered, cloud=turn.cloud)


def _heed(turn: _Turn, verdict: Match) -> None:
    """Something with our tag or name is there already: send nothing."""
    claim = turn.claim
    mine = Expected({"claim": claim.number})
    if verdict.found is Found.OURS:
        adopt(claim.request_id, verdict, now=turn.now, expected=mine)
    elif verdict.found is Found.FOREIGN:
        fail_taken_name(
            claim.request_id, Verb.REFUSE, verdict, now=turn.now, expected=mine
        )
    else:
        advance(
            claim.request_id,
            Verb.LOSE,
            now=turn.now,
            held=claim.number,
            data={"candidates": [each.id for each in verdict.candidates]},
            needs=Needs.OPERATOR,
            answer_by=Now(),
            **NOT_LOOKED_FOR,
        )


def _is_elsewhere(turn: _Turn) -> bool:
    """
    Whether the cloud project is at another place than the approved one.

    The operations do not let a place move; somebody who edits the database can.
    """
    row = turn.cluster_request
    return row.place_sha256 != row.cloud_project.place.fingerprint


def _refuse_old_client(turn: _Turn) -> None:
    """
    Leave the decision alone where only the client was made before the place was known.

    :raises CloudError: if it would send to another place than the approved one
    """
    if turn.cluster_request.place_sha256 != turn.cloud.place.fingerprint:
        raise CloudError(ELSEWHERE)


def _void_decision(turn: _Turn, body: bytes) -> None:
    """Other bytes, or another place, than the approved: the decision is void."""
    place = turn.cluster_request.cloud_project.place
    found = {"body_sha256": sha256_of(body), "place_sha256": place.fingerprint}
    changes = {"body": body.decode(), "body_sha256": sha256_of(body)}
    void_decision(turn.cluster_request, turn.attempts, found, now=turn.now, **changes)
