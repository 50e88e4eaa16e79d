"""Release: return a claimed request to the queue, since nothing was executed."""

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
    Release the request, due after a back-off that doubles with each failure.

    An error that concerns the whole cloud project also pauses or throttles the project.

    :raises MoveNotAllowed: if another worker holds the claim
    """
    apply_project_error(claim.cloud_project_id, error, engine=engine, now=now)
    reason = str(error) if error else ""
    columns = one_more_failure(claim, engine=engine)
    return_to_queue(claim, reason=reason, now=now, **columns)


def release_at_once(claim: Claim, *, reason: str, now: datetime) -> None:
    """
    Release the request, due at once, so that another worker can claim it.

    :raises MoveNotAllowed: if another worker holds the claim
    """
    return_to_queue(claim, reason=reason, now=now, due_at=None)


def one_more_failure(claim: Claim, *, engine: EngineSettings) -> dict[str, Any]:
    """Return the columns `failures`, raised by one, and `due_at`, after its back-off."""
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
    Move the request to approved, with the columns `changes`, and give up the claim.

    `reason` is shown while the request waits, cut to 500 characters. `details` go into the
    event beside it. A repeated release writes no event, see `repeated_moves`.

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
