"""
Create exactly once: bring one approved request of a cloud project one step on.

Claim it, list the clusters first, open the gate, send, save the answer, apply it. At most
one POST leaves for each claim. docs/architecture.md explains the protocol.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_noop

from clusters.cloud.errors import AnswerUnreadable, CloudError
from clusters.cloud.huawei.body import sha256_of
from clusters.cloud.types import Cloud
from clusters.domain import spec_json
from clusters.domain.engine_settings import EngineSettings
from clusters.domain.matching import Found, ListedCluster, Match, match
from clusters.domain.states import Verb
from clusters.models import Attempt, ClusterRequest
from clusters.models.attempt import is_clean, named_cluster
from clusters.models.cloud_project import Known
from clusters.operations.core.errors import MoveNotAllowed
from clusters.operations.core.expected import Expected
from clusters.operations.core.request_body import body_of_request
from clusters.operations.inventory.scan import scan_inventory, shared_inventory
from clusters.operations.provisioning.adopt import adopt, fail_taken_name
from clusters.operations.provisioning.answer import (
    CompletedAttempt,
    apply_result,
    save_answer,
)
from clusters.operations.provisioning.claim import Claim, claim_next
from clusters.operations.provisioning.gate import Gate
from clusters.operations.provisioning.release import release_after_error
from clusters.operations.provisioning.void_decision import (
    DECISION_TOO_OLD,
    ask_operator,
    is_decided,
    void_decision,
)

log = logging.getLogger(__name__)

ELSEWHERE: Final = gettext_noop("The cloud project is connected to another place now.")


@dataclass(frozen=True, kw_only=True)
class _ProvisionContext:
    """One request as it was read after its claim, and what the worker works with."""

    claim: Claim
    cluster_request: ClusterRequest
    attempts: tuple[Attempt, ...]
    cloud: Cloud
    engine: EngineSettings
    clock: Callable[[], datetime]
    is_stopping: Callable[[], bool]


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
    Claim the next approved request of this cloud project and bring it one step on.

    Whatever happens, at most one POST leaves, and none while a cluster of this request
    may be there. Returns the claim, or None where there was nothing to do.
    """
    if is_stopping():
        return None
    clock = _clock_from(now)
    claim = claim_next(cloud_project_id, engine=engine, now=now)
    if claim is None:
        return None
    rows = ClusterRequest.objects.select_related("cloud_project")
    cluster_request = rows.get(id=claim.request_id)
    context = _ProvisionContext(
        claim=claim,
        cluster_request=cluster_request,
        attempts=tuple(cluster_request.attempts.all()),
        cloud=cloud,
        engine=engine,
        clock=clock,
        is_stopping=is_stopping,
    )
    try:
        _provision(context)
    except MoveNotAllowed:
        # The claim was lost; the other writer wins.
        log.warning("claim.lost", extra={"request_id": str(claim.request_id)})
    return claim


def _clock_from(now: datetime) -> Callable[[], datetime]:
    """Return a clock that goes on from `now`, whatever the wall clock is set to."""
    began = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - began)


def _provision(context: _ProvisionContext) -> None:
    row = context.cluster_request
    if row.claim != context.claim.number:
        # The row was read under the claim of another worker: no write may rest on it.
        raise MoveNotAllowed
    if cluster_id := named_cluster(context.attempts):
        # An answer named the cluster after the row had moved on.
        _adopt(context, cluster_id)
        return
    body = body_of_request(row)
    if sha256_of(body) != row.body_sha256 or _is_elsewhere(row):
        _void_decision(context, body)
        return
    try:
        _require_client_of_place(context)
        listed = _list_clusters(context)
    except CloudError as error:
        now = context.clock()
        release_after_error(context.claim, error, engine=context.engine, now=now)
        return
    verdict = _match(context, listed)
    if verdict.found is Found.NOTHING:
        _send(context, body)
    else:
        _handle_existing_cluster(context, verdict)


def _is_elsewhere(row: ClusterRequest) -> bool:
    """Whether the project is not at the approved place: edited in the database by hand."""
    return row.place_sha256 != row.cloud_project.place.fingerprint


def _void_decision(context: _ProvisionContext, body: bytes) -> None:
    """Other bytes, or another place, than the approved: the decision is void."""
    place = context.cluster_request.cloud_project.place
    found = {"body_sha256": sha256_of(body), "place_sha256": place.fingerprint}
    void_decision(
        context.cluster_request,
        context.attempts,
        found,
        now=context.clock(),
        body=body.decode(),
        body_sha256=sha256_of(body),
    )


def _require_client_of_place(context: _ProvisionContext) -> None:
    """
    Keep a client from sending that was made before the place was changed or known.

    The decision is not void by that: the next client is made from the row.

    :raises CloudError: if the client would send to another place than the approved one
    """
    if context.cluster_request.place_sha256 != context.cloud.place.fingerprint:
        raise CloudError(ELSEWHERE)


def _list_clusters(context: _ProvisionContext) -> tuple[ListedCluster, ...]:
    """
    List the clusters before every attempt: a restored database may have forgotten one.

    For a first attempt a listing of the last `poll_seconds` will do, whoever made it. A
    later one, or any in quarantine, needs a listing of its own that counts. Never one in
    which a cluster of ours may be among what could not be read.

    :raises CloudError: if there is no such listing
    """
    cloud_project = context.cluster_request.cloud_project
    needs_proof = bool(context.attempts) or cloud_project.quarantined_at is not None
    if not needs_proof:
        shared = shared_inventory(
            cloud_project,
            place_sha256=context.cloud.place.fingerprint,
            max_age=timedelta(seconds=context.engine.poll_seconds),
        )
        if shared is not None:
            return shared
    listing = scan_inventory(cloud_project.pk, cloud=context.cloud)
    if listing.hides_ours or (needs_proof and not listing.is_complete):
        raise AnswerUnreadable(listing.doubt)
    return listing.listed_clusters


def _match(context: _ProvisionContext, listed: tuple[ListedCluster, ...]) -> Match:
    row = context.cluster_request
    return match(
        row.id,
        spec_json.from_json(row.spec),
        listed,
        asked_at=row.created_at,
        # Read before the listing. Only this claim adds attempts, so an answer that came
        # during the listing could at most have taken a doubt away.
        clean=is_clean(context.attempts),
        drops_tags=row.cloud_project.keeps_tags == Known.NO,
    )


def _send(context: _ProvisionContext, body: bytes) -> None:
    row, claim, now = context.cluster_request, context.claim, context.clock()
    if not is_decided(row, now):
        void_decision(row, context.attempts, {"because": DECISION_TOO_OLD}, now=now)
        return
    gate = Gate(
        claim,
        body_sha256=sha256_of(body),
        place_sha256=context.cloud.place.fingerprint,
        call=context.engine.call,
        is_stopping=context.is_stopping,
    )
    began = time.monotonic()
    result = context.cloud.create(body, gate=gate)
    took = timedelta(seconds=time.monotonic() - began)
    now = context.clock()
    save_answer(claim, result, took=took, now=now)
    apply_result(
        CompletedAttempt(claim=claim, result=result, engine=context.engine, now=now),
        cloud=context.cloud,
    )


def _handle_existing_cluster(context: _ProvisionContext, verdict: Match) -> None:
    """A cluster with the request's tag or name is there already: send nothing."""
    claim, now = context.claim, context.clock()
    if verdict.found is Found.OURS:
        _adopt(context, verdict.cluster_id)
    elif verdict.found is Found.FOREIGN:
        mine = Expected({"claim": claim.number})
        fail_taken_name(claim.request_id, Verb.REFUSE, verdict, now=now, expected=mine)
    else:
        ids = [each.id for each in verdict.candidates]
        ask_operator(context.cluster_request, {"candidates": ids}, now=now)


def _adopt(context: _ProvisionContext, cluster_id: str) -> None:
    claim = context.claim
    mine = Expected({"claim": claim.number})
    adopt(claim.request_id, cluster_id, now=context.clock(), expected=mine)
