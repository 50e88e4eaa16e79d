"""
Provision: create the cluster of one approved request, at most once.

docs/architecture.md, "The protocol", explains each step.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_noop

from clusters.cloud.errors import AnswerUnreadable, CloudError
from clusters.cloud.huawei.body import needs_password, sha256_of
from clusters.cloud.types import Cloud
from clusters.credentials.encryption import Encryptor
from clusters.domain import spec_json
from clusters.domain.engine_settings import EngineSettings
from clusters.domain.error_codes import PortalCode
from clusters.domain.matching import Found, ListedCluster, Match, match
from clusters.domain.states import Verb
from clusters.models import Attempt, ClusterRequest
from clusters.models.attempt import is_clean, named_cluster
from clusters.models.cloud_project import Known
from clusters.operations.core.admin_passwords import PasswordGone, open_password
from clusters.operations.core.columns import CLEARED_ERROR
from clusters.operations.core.errors import MoveNotAllowed
from clusters.operations.core.expected import Expected
from clusters.operations.core.request_body import body_of_request
from clusters.operations.core.transitions import advance
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
    """One request as it was read after its claim, with the worker's client and settings."""

    claim: Claim
    cluster_request: ClusterRequest
    attempts: tuple[Attempt, ...]
    cloud: Cloud
    encryptor: Encryptor
    engine: EngineSettings
    clock: Callable[[], datetime]
    is_stopping: Callable[[], bool]


def _never() -> bool:
    return False


def provision_next(
    cloud_project_id: int,
    *,
    cloud: Cloud,
    encryptor: Encryptor,
    engine: EngineSettings,
    now: datetime,
    is_stopping: Callable[[], bool] = _never,
) -> Claim | None:
    """
    Claim the next approved request of this cloud project and provision it.

    At most one POST is sent, and none while a cluster of the request may exist. Errors
    of the cloud and a lost claim are not raised.

    :return: the claim, or None where there was nothing to do
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
        encryptor=encryptor,
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
    """Return a clock that continues from `now` by monotonic time."""
    began = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - began)


def _provision(context: _ProvisionContext) -> None:
    row = context.cluster_request
    if row.claim != context.claim.number:
        # Another worker has claimed the request before it was read here.
        raise MoveNotAllowed
    if cluster_id := named_cluster(context.attempts):
        # A late answer has named the cluster, after the request had moved on.
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
    """Whether the project's place is not the approved one: possible by SQL only."""
    return row.place_sha256 != row.cloud_project.place.fingerprint


def _void_decision(context: _ProvisionContext, body: bytes) -> None:
    """Void the decision: the body or the place is not the approved one."""
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
    Check that the client, which may be older than the row, sends to the approved place.

    The decision is not void if not: the next client is made from the row.

    :raises CloudError: if the client would send to another place
    """
    if context.cluster_request.place_sha256 != context.cloud.place.fingerprint:
        raise CloudError(ELSEWHERE)


def _list_clusters(context: _ProvisionContext) -> tuple[ListedCluster, ...]:
    """
    Scan before each attempt: a restored database may have forgotten one, CSS has not.

    For the first attempt a shared scan of the last `poll_seconds` will do. A later one,
    and any in quarantine, needs a complete scan of its own. A scan with an unreadable row
    that may be ours is never enough.

    :raises CloudError: if the scan failed or will not do
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
    if listing.may_hide_ours or (needs_proof and not listing.is_complete):
        raise AnswerUnreadable(listing.incomplete_because)
    return listing.listed_clusters


def _match(context: _ProvisionContext, listed: tuple[ListedCluster, ...]) -> Match:
    row = context.cluster_request
    return match(
        row.id,
        spec_json.from_json(row.spec),
        listed,
        asked_at=row.created_at,
        # Read before the scan: an answer saved since can only make the request clean.
        clean=is_clean(context.attempts),
        drops_tags=row.cloud_project.keeps_tags == Known.NO,
    )


def _send(context: _ProvisionContext, body: bytes) -> None:
    row, claim, now = context.cluster_request, context.claim, context.clock()
    if not is_decided(row, now):
        void_decision(row, context.attempts, {"because": DECISION_TOO_OLD}, now=now)
        return
    try:
        password = _password_for(context, body)
    except PasswordGone:
        _end_without_password(context)
        return
    gate = Gate(
        claim,
        body_sha256=sha256_of(body),
        place_sha256=context.cloud.place.fingerprint,
        call=context.engine.call,
        is_stopping=context.is_stopping,
    )
    began = time.monotonic()
    result = context.cloud.create(body, gate=gate, password=password)
    took = timedelta(seconds=time.monotonic() - began)
    now = context.clock()
    save_answer(claim, result, took=took, now=now)
    apply_result(
        CompletedAttempt(claim=claim, result=result, engine=context.engine, now=now),
        cloud=context.cloud,
    )


def _password_for(context: _ProvisionContext, body: bytes) -> str:
    """
    Return the password that this body refers to, the same for each attempt; or "".

    :raises PasswordGone: if it is needed and not there
    """
    if not needs_password(body):
        return ""
    return open_password(context.cluster_request.id, encryptor=context.encryptor)


def _end_without_password(context: _ProvisionContext) -> None:
    """
    Send nothing: the request fails, or an operator is asked if a cluster may exist.

    Neither comes back to a worker by itself, and what has failed cannot be retried.
    """
    row, now = context.cluster_request, context.clock()
    log.error("password.gone", extra={"request_id": str(row.id)})
    data = {"code": PortalCode.PASSWORD_GONE.value}
    if not is_clean(context.attempts):
        ask_operator(row, data, now=now)
        return
    columns = {**CLEARED_ERROR, "error_code": PortalCode.PASSWORD_GONE.value}
    advance(
        row.id,
        Verb.REFUSE,
        now=now,
        expected_claim=context.claim.number,
        data=data,
        **columns,
    )


def _handle_existing_cluster(context: _ProvisionContext, verdict: Match) -> None:
    """Send nothing, since a cluster with the request's tag or name exists already."""
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
    mine = Expected({"claim": context.claim.number})
    adopt(context.claim.request_id, cluster_id, now=context.clock(), expected=mine)
