"""Save what a create came to, whatever the row's state is; then move the row by it."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models.functions import Coalesce, Now

from clusters.cloud.errors import CloudError
from clusters.cloud.types import Cloud, CreateResult, Outcome, Token
from clusters.domain.absence import UNKNOWN
from clusters.domain.engine_settings import EngineSettings
from clusters.domain.states import Verb
from clusters.models import Attempt, ClusterRequest
from clusters.operations.core.cluster_rows import take_up_cluster
from clusters.operations.core.db_retry import retry_until_saved
from clusters.operations.core.error_columns import as_error, error_columns, error_data
from clusters.operations.core.expected import Expected
from clusters.operations.core.history import record_event
from clusters.operations.core.transitions import NOT_LOOKED_FOR, MoveNotAllowed, advance
from clusters.operations.projects.pause import pause_after_trouble
from clusters.operations.provisioning.claim import Claim
from clusters.operations.provisioning.duplicates import alarm_duplicate
from clusters.operations.provisioning.release import (
    hold_back,
    one_more_failure,
    put_back,
    release,
)

log = logging.getLogger(__name__)

NO_WORDS: dict[str, Any] = {
    "error_code": "",
    "error_message": "",
    "error_status": 0,
    "error_request_id": "",
    "error_raw": "",
    "waits_because": "",
}
"""The columns of a request that hold what went wrong, emptied."""


def is_clean(attempts: Iterable[Attempt]) -> bool:
    """
    Whether none of these attempts can have made a cluster that we do not know.

    An attempt counts against it while its outcome is unknown, or not there yet.
    """
    return not any(each.outcome in UNKNOWN for each in attempts)


def named_cluster(attempts: Iterable[Attempt]) -> str:
    """Return the id that an answer to one of these attempts named; empty if none did."""
    return next((each.cluster_id for each in attempts if each.cluster_id), "")


def save_answer(
    claim: Claim, answer: CreateResult, *, took: timedelta, now: datetime
) -> None:
    """Write the answer to its attempt, by the attempt's own key, until it is saved."""
    if answer.cluster_id:
        log.info(
            "cluster.accepted",
            extra={
                "request_id": str(claim.request_id),
                "cluster_id": answer.cluster_id,
            },
        )
    attempt = Attempt.objects.filter(request_id=claim.request_id, claim=claim.number)
    retry_until_saved(
        lambda: attempt.update(
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


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A claim and what its one POST came to."""

    claim: Claim
    answer: CreateResult
    engine: EngineSettings
    now: datetime


def sort_answer(answered: Answered, *, cloud: Cloud) -> None:
    """
    Move the row by what the answer proves; see the table in docs/architecture.md.

    Tried until the database takes it: what we know must not become "unclear".

    :raises MoveNotAllowed: if somebody else owns the row by now
    """
    answer = answered.answer
    refused = answer.token_trouble or answer.outcome is Outcome.UNAUTHORISED
    if answer.outcome is Outcome.UNAUTHORISED:
        # Before the token goes: else a neighbour signs in for another one meanwhile.
        retry_until_saved(lambda: _pause_if_refused_again(answered))
    if refused and answer.token:
        _drop_quietly(answer.token, cloud)
    retry_until_saved(lambda: _SORTING[answer.outcome](answered))


def _drop_quietly(token: Token, cloud: Cloud) -> None:
    try:
        cloud.drop_token(token)
    except CloudError as error:
        log.warning("token.kept", extra={"reason": str(error)})


def _release(answered: Answered) -> None:
    release(
        answered.claim,
        because=answered.answer.not_sent_because,
        engine=answered.engine,
        now=answered.now,
    )


def _accept(answered: Answered) -> None:
    claim, answer = answered.claim, answered.answer
    try:
        take_up_cluster(
            claim.request_id,
            Verb.ACCEPT,
            answer.cluster_id,
            now=answered.now,
            expected=Expected({"claim": claim.number}),
            data=error_data(answer) | {"cluster_id": answer.cluster_id},
            failures=0,
            token_refusals=0,
            needs="",
            **NO_WORDS,
        )
    except MoveNotAllowed:
        _keep_late_id(answered)
        raise


def _keep_late_id(answered: Answered) -> None:
    """The row moved on without this answer; its id stands on the attempt, and here."""
    claim, cluster_id = answered.claim, answered.answer.cluster_id
    rows = ClusterRequest.objects.filter(id=claim.request_id)
    with transaction.atomic():
        known = rows.select_for_update().only("cluster_id").get().cloud_id
        if known:
            alarm_duplicate(claim.request_id, cluster_id, known=known, now=answered.now)
            return
        data = {"cluster_id": cluster_id}
        record_event(claim.request_id, "answer.late", now=answered.now, data=data)
    log.critical("answer.late", extra={"request_id": str(claim.request_id), **data})


def _pause_if_refused_again(answered: Answered) -> None:
    """Refused twice in a row, a new token does not help, and each one costs a login."""
    if _token_refusals(answered):
        error = as_error(answered.answer)
        pause_after_trouble(answered.claim.cloud_project_id, error, now=answered.now)


def _with_another_token(answered: Answered) -> None:
    """A gateway refused the token before CSS saw the call: once more, with a new one."""
    refused = _token_refusals(answered)
    put_back(
        answered.claim,
        because=as_error(answered.answer),
        now=answered.now,
        # The second refusal pauses the cloud project: that is news, in the same words.
        told={"tokens_refused": refused + 1},
        due_at=None,
        token_refusals=0 if refused else 1,
    )


def _token_refusals(answered: Answered) -> int:
    """Of a row that somebody else owns by now: none, whatever that one has met."""
    mine = ClusterRequest.objects.filter(
        id=answered.claim.request_id, claim=answered.claim.number
    )
    return mine.values_list("token_refusals", flat=True).first() or 0


def _wait_for_pace(answered: Answered) -> None:
    claim, answer = answered.claim, answered.answer
    hold_back(claim.cloud_project_id, answer.retry_after, engine=answered.engine)
    waits = one_more_failure(claim, engine=answered.engine)
    put_back(claim, because=as_error(answer), now=answered.now, **waits)


def _refuse(answered: Answered) -> None:
    """The cloud said no: the end where we are clean, else one more thing to settle."""
    attempts = list(Attempt.objects.filter(request_id=answered.claim.request_id))
    # An earlier one may have been answered meanwhile: its cluster is taken up by a look.
    if named_cluster(attempts) or not is_clean(attempts):
        _lose(answered)
        return
    advance(
        answered.claim.request_id,
        Verb.REFUSE,
        now=answered.now,
        held=answered.claim.number,
        data=error_data(answered.answer),
        **error_columns(answered.answer),
    )


def _lose(answered: Answered) -> None:
    claim, answer = answered.claim, answered.answer
    if answer.retry_after is not None:
        hold_back(claim.cloud_project_id, answer.retry_after, engine=answered.engine)
    advance(
        claim.request_id,
        Verb.LOSE,
        now=answered.now,
        held=claim.number,
        data=error_data(answer) | {"outcome": answer.outcome.value},
        **NOT_LOOKED_FOR,
        **error_columns(answer),
        **_call_is_over(answered),
    )


def _call_is_over(answered: Answered) -> dict[str, Any]:
    """
    An answer of CSS itself ends the call before its time.

    One of a proxy or a gateway does not: behind it CSS may still be at work. Without an
    end, which a database may have forgotten with the gate's commit, no look would count.
    """
    if answered.answer.outcome is not Outcome.UNKNOWN:
        return {"answer_by": Now()}
    return {"answer_by": Coalesce("answer_by", Now() + answered.engine.call)}


_SORTING: Final[dict[Outcome, Callable[[Answered], None]]] = {
    Outcome.NOT_SENT: _release,
    Outcome.ACCEPTED: _accept,
    Outcome.UNAUTHORISED: _with_another_token,
    Outcome.THROTTLED: _wait_for_pace,
    Outcome.REFUSED: _refuse,
    Outcome.NAME_HELD: _lose,
    Outcome.BUSY: _lose,
    Outcome.UNKNOWN: _lose,
}
