"""Put a claimed request back to approved: nothing of it was executed."""

from datetime import datetime
from typing import Any

from django.db.models.functions import Now

from clusters.domain.engine_settings import EngineSettings
from clusters.domain.states import Verb
from clusters.models import ClusterRequest
from clusters.operations.core.backoff import apply_project_error, with_jitter
from clusters.operations.core.transitions import advance
from clusters.operations.provisioning.claim import Claim


def release_after_error(
    claim: Claim, error: Exception | None, *, engine: EngineSettings, now: datetime
) -> None:
    """
    Put the request back, due after a back-off that doubles with each failure.

    An error that concerns the whole cloud project pauses or throttles that, too.

    :raises MoveNotAllowed: if another worker holds the claim
    """
    apply_project_error(claim.cloud_project_id, error, engine=engine, now=now)
    reason = str(error) if error else ""
    columns = one_more_failure(claim, engine=engine)
    return_to_queue(claim, reason=reason, now=now, **columns)


def release_at_once(claim: Claim, *, reason: str, now: datetime) -> None:
    """
    Put the request back, due now: another worker can take it.

    :raises MoveNotAllowed: if another worker holds the claim
    """
    return_to_queue(claim, reason=reason, now=now, due_at=None)


def one_more_failure(claim: Claim, *, engine: EngineSettings) -> dict[str, Any]:
    """Return the columns that count one more failure of this row, and make it wait."""
    rows = ClusterRequest.objects.filter(id=claim.request_id)
    failures = rows.values_list("failures", flat=True).get() + 1
    wait = with_jitter(engine.back_off(failures))
    return {"failures": failures, "due_at": Now() + wait}


def return_to_queue(
    claim: Claim,
    *,
    reason: str,
    now: datetime,
    details: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """
    Move the request to approved with these columns changed, and give up the claim.

    `details` go into the event beside the reason. There is no event where the last one
    said all of it already, see `_repeats`.

    :raises MoveNotAllowed: if another worker holds the claim
    """
    reason = reason[:500]
    advance(
        claim.request_id,
        Verb.RELEASE,
        now=now,
        expected_claim=claim.number,
        data=({"because": reason} if reason else {}) | (details or {}),
        sent_at=None,
        answer_by=None,
        claimed_until=None,
        waits_because=reason,
        **changes,
    )
