"""Save what a create call returned, then move the request by it, as `_HANDLERS` says."""

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
    """The one POST of a claim, ended or never sent. `now` is when it ended."""

    claim: Claim
    result: CreateResult
    engine: EngineSettings
    now: datetime


def save_answer(
    claim: Claim, answer: CreateResult, *, took: timedelta, now: datetime
) -> None:
    """
    Write the answer to its attempt, whatever the state of the request is.

    Found by the attempt's own key, request and claim, and tried again until the database
    takes it.
    """
    if answer.cluster_id:
        ids = {"request_id": str(claim.request_id), "cluster_id": answer.cluster_id}
        log.info("cluster.accepted", extra=ids)
    attempt = Attempt.objects.filter(request_id=claim.request_id, claim=claim.number)
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
    Move the request by what the result proves.

    Tried again until the database takes it: what is known must not become "unclear".

    :raises MoveNotAllowed: if another worker holds the claim
    """
    result = completed.result
    if result.outcome is Outcome.UNAUTHORISED:
        # Before the token is dropped: else another worker signs in meanwhile, for a
        # project that is about to be paused.
        retry_until_saved(partial(_pause_if_refused_again, completed))
    if result.outcome is Outcome.UNAUTHORISED or result.token_trouble:
        _drop_token(result, cloud)
    handler = _HANDLERS[result.outcome]
    retry_until_saved(partial(handler, completed))


def _drop_token(result: CreateResult, cloud: Cloud) -> None:
    """Forget the token that was used; a cache that is away must not hide the result."""
    if result.token is None:
        return
    try:
        cloud.drop_token(result.token)
    except CloudError as error:
        log.warning("token.kept", extra={"reason": str(error)})


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
    Tell of an id that came after the request had moved on without it.

    The attempt keeps the id. Where the request has another cluster, this is a second one.
    """
    claim, cluster_id = completed.claim, completed.result.cluster_id
    now = completed.now
    rows = ClusterRequest.objects.filter(id=claim.request_id)
    with transaction.atomic():
        known = rows.select_for_update().only("cluster_id").get().cloud_id
        if known:
            alarm_duplicate(claim.request_id, cluster_id, known=known, now=now)
            return
        data = {"cluster_id": cluster_id}
        record_event(claim.request_id, EventKind.LATE_ANSWER, now=now, data=data)
    log.critical(
        EventKind.LATE_ANSWER.value, extra={"request_id": str(claim.request_id), **data}
    )


def _pause_if_refused_again(completed: CompletedAttempt) -> None:
    """Pause the project at the second refused token in a row: a third would not help."""
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
    """THROTTLED: a gateway counted too many calls; the whole cloud project waits."""
    claim, result, engine = completed.claim, completed.result, completed.engine
    throttle_project(claim.cloud_project_id, result.retry_after, engine=engine)
    columns = one_more_failure(claim, engine=engine)
    reason = str(as_error(result))
    return_to_queue(claim, reason=reason, now=completed.now, **columns)


def _refuse(completed: CompletedAttempt) -> None:
    """REFUSED: the end, unless an earlier attempt may have made a cluster."""
    attempts = list(Attempt.objects.filter(request_id=completed.claim.request_id))
    # An earlier one may have been answered meanwhile; the next scan adopts its cluster.
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
    """NAME_HELD, BUSY, UNKNOWN: only listings can tell whether there is a cluster."""
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
    Return the column that says when the call is over; listings count from then on.

    An answer of CSS itself ends the call now. An unknown one may come from a proxy, behind
    which CSS is still at work, so the end that the gate wrote stays. A database that was
    restored may have lost it: then the call may last its full length from now.
    """
    if completed.result.outcome is not Outcome.UNKNOWN:
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
