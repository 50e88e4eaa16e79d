"""Save the result of a create call to its attempt, then apply it to the request."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models.functions import Coalesce, Now

from clusters.cloud.errors import CloudError
from clusters.cloud.types import Cloud, CreateResult, Outcome
from clusters.domain.absence import UNKNOWN
from clusters.domain.engine_settings import EngineSettings
from clusters.domain.events import EventKind
from clusters.domain.states import Verb
from clusters.models import Attempt, ClusterRequest
from clusters.models.attempt import is_clean, named_cluster
from clusters.operations.core.backoff import pause_after_trouble, throttle_project
from clusters.operations.core.cluster_rows import take_up_cluster
from clusters.operations.core.columns import (
    CLEARED_ABSENCE,
    CLEARED_ERROR,
    error_columns,
)
from clusters.operations.core.db_retry import retry_until_saved
from clusters.operations.core.error_columns import as_error, result_details
from clusters.operations.core.errors import MoveNotAllowed, WorkerStops
from clusters.operations.core.expected import Expected
from clusters.operations.core.history import record_event
from clusters.operations.core.transitions import advance
from clusters.operations.provisioning.claim import Claim
from clusters.operations.provisioning.duplicates import alarm_duplicate
from clusters.operations.provisioning.release import (
    one_more_failure,
    release_after_error,
    release_at_once,
    return_to_queue,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class CompletedAttempt:
    """The one POST of a claim, ended or never sent; `now` is the time of its end."""

    claim: Claim
    result: CreateResult
    engine: EngineSettings
    now: datetime


def save_answer(
    claim: Claim, answer: CreateResult, *, took: timedelta, now: datetime
) -> None:
    """
    Write the result to the claim's attempt, in any state; retried until saved.

    A result that is there stays, as the history's triggers want it.
    """
    if answer.cluster_id:
        ids = {"request_id": str(claim.request_id), "cluster_id": answer.cluster_id}
        log.info("cluster.accepted", extra=ids)
    attempt = Attempt.objects.filter(
        request_id=claim.request_id, claim=claim.number, answered_at=None
    )
    retry_until_saved(
        partial(
            attempt.update,
            outcome=answer.outcome,
            answered_at=now,
            duration_ms=int(took.total_seconds() * 1000),
            status=answer.status,
            code=answer.code[:64],
            message=answer.message,
            request_id_of_cloud=answer.request_id[:128],
            raw=answer.raw,
            cluster_id=answer.cluster_id[:64],
        )
    )


def apply_result(completed: CompletedAttempt, *, cloud: Cloud) -> None:
    """
    Move the request as `_HANDLERS` says; retried, so that no known outcome is lost.

    :raises MoveNotAllowed: if another worker holds the claim
    """
    result = completed.result
    if result.outcome is Outcome.UNAUTHORISED:
        # Before the token is dropped, so that no other worker signs in to a cloud project
        # that is about to be paused.
        retry_until_saved(partial(_pause_if_refused_again, completed))
    if result.outcome is Outcome.UNAUTHORISED or result.token_trouble:
        _drop_token(result, cloud)
    retry_until_saved(partial(_HANDLERS[result.outcome], completed))


def _drop_token(result: CreateResult, cloud: Cloud) -> None:
    """Drop the token that was used; an error of the cache must not hide the result."""
    if result.token is None:
        return
    try:
        cloud.drop_token(result.token)
    except CloudError as error:
        log.warning("token.not_dropped", extra={"reason": str(error)})


def _release_unsent(completed: CompletedAttempt) -> None:
    """NOT_SENT: no byte of the body left."""
    claim, now = completed.claim, completed.now
    cause = completed.result.not_sent_because
    if isinstance(cause, WorkerStops):
        release_at_once(claim, reason=str(cause), now=now)
    else:
        release_after_error(claim, cause, engine=completed.engine, now=now)


def _accept(completed: CompletedAttempt) -> None:
    """ACCEPTED: the answer names the cluster."""
    claim, result = completed.claim, completed.result
    try:
        take_up_cluster(
            claim.request_id,
            Verb.ACCEPT,
            result.cluster_id,
            now=completed.now,
            expected=Expected({"claim": claim.number}),
            data=result_details(result) | {"cluster_id": result.cluster_id},
            failures=0,
            token_refusals=0,
            needs="",
            **CLEARED_ERROR,
        )
    except MoveNotAllowed:
        _report_late_cluster(completed)
        raise


def _report_late_cluster(completed: CompletedAttempt) -> None:
    """
    Record a cluster id that came after the request had moved on without it.

    The attempt has the id. If the request has another cluster, this one is a duplicate.
    """
    request_id, now = completed.claim.request_id, completed.now
    data = {"cluster_id": completed.result.cluster_id}
    rows = ClusterRequest.objects.filter(id=request_id).only("cluster_id")
    with transaction.atomic():
        known = rows.select_for_update().get().cloud_id
        if known:
            alarm_duplicate(request_id, data["cluster_id"], known=known, now=now)
            return
        record_event(request_id, EventKind.LATE_ANSWER, now=now, data=data)
    extra = {"request_id": str(request_id), **data}
    log.critical(EventKind.LATE_ANSWER.value, extra=extra)


def _pause_if_refused_again(completed: CompletedAttempt) -> None:
    """Pause the cloud project after the second refused token in a row."""
    if _token_refusals(completed.claim):
        error = as_error(completed.result)
        pause_after_trouble(completed.claim.cloud_project_id, error, now=completed.now)


def _retry_with_new_token(completed: CompletedAttempt) -> None:
    """UNAUTHORISED: a gateway refused the token, so CSS never saw the call."""
    refusals = _token_refusals(completed.claim)
    return_to_queue(
        completed.claim,
        reason=str(as_error(completed.result)),
        now=completed.now,
        # The number makes the second refusal, in the same words, an event of its own.
        details={"tokens_refused": refusals + 1},
        due_at=None,
        token_refusals=0 if refusals else 1,
    )


def _token_refusals(claim: Claim) -> int:
    """Return how often in a row a token was refused; 0 if another worker holds the claim."""
    mine = ClusterRequest.objects.filter(id=claim.request_id, claim=claim.number)
    return mine.values_list("token_refusals", flat=True).first() or 0


def _wait_for_throttle(completed: CompletedAttempt) -> None:
    """THROTTLED: a gateway answered 429; the whole cloud project waits."""
    claim, result, engine = completed.claim, completed.result, completed.engine
    throttle_project(claim.cloud_project_id, result.retry_after, engine=engine)
    columns = one_more_failure(claim, engine=engine)
    reason = str(as_error(result))
    return_to_queue(claim, reason=reason, now=completed.now, **columns)


def _refuse(completed: CompletedAttempt) -> None:
    """REFUSED: failed, unless an earlier attempt may have made a cluster."""
    attempts = list(Attempt.objects.filter(request_id=completed.claim.request_id))
    # An earlier attempt may have a late answer; then the next scan adopts its cluster.
    if named_cluster(attempts) or not is_clean(attempts):
        _mark_unclear(completed)
        return
    advance(
        completed.claim.request_id,
        Verb.REFUSE,
        now=completed.now,
        expected_claim=completed.claim.number,
        data=result_details(completed.result),
        **error_columns(completed.result),
    )


def _mark_unclear(completed: CompletedAttempt) -> None:
    """NAME_HELD, BUSY, UNKNOWN: only scans can tell whether there is a cluster."""
    claim, result, engine = completed.claim, completed.result, completed.engine
    if result.retry_after is not None:
        throttle_project(claim.cloud_project_id, result.retry_after, engine=engine)
    advance(
        claim.request_id,
        Verb.LOSE,
        now=completed.now,
        expected_claim=claim.number,
        data=result_details(result) | {"outcome": result.outcome.value},
        **CLEARED_ABSENCE,
        **error_columns(result),
        **_call_end(completed),
    )


def _call_end(completed: CompletedAttempt) -> dict[str, Any]:
    """
    Return the column `answer_by`, the end of the call; scans count from then on.

    An answer of CSS itself ends the call now. An unknown outcome may be that of a proxy
    while CSS is still working, so the end that the gate has written stays. A restored
    database may have lost it: then it is the full length of a call from now.
    """
    if completed.result.outcome not in UNKNOWN:
        return {"answer_by": Now()}
    return {"answer_by": Coalesce("answer_by", Now() + completed.engine.call)}


_HANDLERS: Final[dict[Outcome, Callable[[CompletedAttempt], None]]] = {
    Outcome.NOT_SENT: _release_unsent,
    Outcome.ACCEPTED: _accept,
    Outcome.UNAUTHORISED: _retry_with_new_token,
    Outcome.THROTTLED: _wait_for_throttle,
    Outcome.REFUSED: _refuse,
    Outcome.NAME_HELD: _mark_unclear,
    Outcome.BUSY: _mark_unclear,
    Outcome.UNKNOWN: _mark_unclear,
}
