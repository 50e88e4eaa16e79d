"""Put a claimed request back: nothing of it was executed."""

import random
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from clusters.cloud.errors import HostRefused, Throttled, TokenRefused
from clusters.domain.engine_settings import JITTER, LONGEST_WAIT, EngineSettings
from clusters.domain.states import Verb
from clusters.models import CloudProject, ClusterRequest
from clusters.operations.core.transitions import advance
from clusters.operations.projects.pause import pause_after_trouble
from clusters.operations.provisioning.claim import Claim
from clusters.operations.provisioning.gate import WorkerStops


def release(
    claim: Claim, *, because: Exception | None, engine: EngineSettings, now: datetime
) -> None:
    """
    Put the row back to approved, due after a back-off that doubles with each failure.

    A token that is refused again pauses the cloud project, a throttled one waits as a
    whole. What a stopping worker gives back is due at once: the next worker is not it.

    :raises MoveNotAllowed: if somebody else owns the row by now
    """
    heed_trouble(claim.cloud_project_id, because, engine=engine, now=now)
    columns: dict[str, Any] = {"due_at": None}
    if not isinstance(because, WorkerStops):
        columns = one_more_failure(claim, engine=engine)
    put_back(claim, because=because, now=now, **columns)


def one_more_failure(claim: Claim, *, engine: EngineSettings) -> dict[str, Any]:
    """Return the columns that count one more failure of this row, and make it wait."""
    failures = _failures(claim) + 1
    return {
        "failures": failures,
        "due_at": Now() + _with_jitter(engine.back_off(failures)),
    }


def put_back(
    claim: Claim,
    *,
    because: Exception | None,
    now: datetime,
    told: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """
    Move the row to approved with these columns changed, and give up the claim.

    `told` is what the event says beside the reason. The event is left out where all of
    it was said before.

    :raises MoveNotAllowed: if somebody else owns the row by now
    """
    advance(
        claim.request_id,
        Verb.RELEASE,
        now=now,
        held=claim.number,
        data=({"because": str(because)[:500]} if because else {}) | (told or {}),
        sent_at=None,
        answer_by=None,
        claimed_until=None,
        waits_because=str(because)[:500] if because else "",
        **changes,
    )


def heed_trouble(
    cloud_project_id: int,
    error: Exception | None,
    *,
    engine: EngineSettings,
    now: datetime,
) -> None:
    """
    Do for the whole cloud project what this trouble asks for: pause, or hold back.

    An address that is not allowed is for a person to see to. A TokenRefused comes from
    the second of two tokens: a third is one more login for nothing. A refused login has
    paused the project already, if it was of its password.
    """
    if isinstance(error, TokenRefused | HostRefused):
        pause_after_trouble(cloud_project_id, error, now=now)
    elif isinstance(error, Throttled):
        hold_back(cloud_project_id, error.retry_after, engine=engine)


def hold_back(
    cloud_project_id: int, seconds: float | None, *, engine: EngineSettings
) -> None:
    """
    Keep every create of this cloud project back for so long; never shorten a wait.

    A wait of nothing is no answer to "too many calls": then the first back-off counts. Not
    for longer than LONGEST_WAIT: then the cloud is asked again.
    """
    wait = _with_jitter(timedelta(seconds=seconds)) if seconds else engine.back_off(1)
    wait = min(wait, LONGEST_WAIT)
    with transaction.atomic():
        project = CloudProject.objects.select_for_update().filter(id=cloud_project_id)
        project.filter(due_at=None).update(due_at=Now())
        project.filter(due_at__lt=Now() + wait).update(due_at=Now() + wait)


def _failures(claim: Claim) -> int:
    rows = ClusterRequest.objects.filter(id=claim.request_id)
    return rows.values_list("failures", flat=True).get()


def _with_jitter(wait: timedelta) -> timedelta:
    # So that many rows which failed together do not come back together.
    return wait * random.uniform(1.0, JITTER)  # noqa: S311 - spreads load, guards nothing
