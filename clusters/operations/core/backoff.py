"""Slow down or stop a whole cloud project after an error that concerns all of it."""

import logging
import random
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models.functions import Now

from clusters.cloud.errors import CloudError, HostRefused, Throttled, TokenRefused
from clusters.domain.engine_settings import JITTER, LONGEST_WAIT, EngineSettings
from clusters.domain.events import EventKind
from clusters.models import CloudProject
from clusters.models.cloud_project import PausedBy
from clusters.operations.core.db_retry import retry_until_saved
from clusters.operations.core.project_changes import change_of_cloud_project

if TYPE_CHECKING:
    from django.db.models import QuerySet

log = logging.getLogger(__name__)


def apply_project_error(
    cloud_project_id: int,
    error: Exception | None,
    *,
    engine: EngineSettings,
    now: datetime,
) -> None:
    """
    Pause or throttle the cloud project, if this error is about all of it.

    * `HostRefused`: an address is not allowed. Only a person can change that: pause.
    * `TokenRefused`: the client has retried with a fresh token, so another login cannot
      help: pause.
    * `Throttled`: wait for as long as the cloud asks.

    Any other error, or None, changes nothing. A login that was refused for its password
    has paused the project already, in `wiring.token_store`.
    """
    if isinstance(error, TokenRefused | HostRefused):
        pause_after_trouble(cloud_project_id, error, now=now)
    elif isinstance(error, Throttled):
        throttle_project(cloud_project_id, error.retry_after, engine=engine)


def throttle_project(
    cloud_project_id: int, seconds: float | None, *, engine: EngineSettings
) -> None:
    """
    Claim no request of this cloud project for `seconds`; never shorten a wait.

    `seconds` is what `Retry-After` says (RFC 9110, section 10.2.3). Where it is None or 0
    the wait is the first back-off. A wait is at most `LONGEST_WAIT`.
    """
    wait = with_jitter(timedelta(seconds=seconds)) if seconds else engine.back_off(1)
    wait = min(wait, LONGEST_WAIT)
    with transaction.atomic():
        project = CloudProject.objects.select_for_update().filter(id=cloud_project_id)
        project.filter(due_at=None).update(due_at=Now())
        project.filter(due_at__lt=Now() + wait).update(due_at=Now() + wait)


def pause_after_trouble(
    cloud_project_id: int, error: CloudError, *, now: datetime
) -> None:
    """Pause a cloud project that cannot sign in; an earlier pause is kept."""
    _pause(cloud_project_id, CloudProject.objects.all(), error, now)


def pause_credentials(
    cloud_project_id: int, version: int, error: CloudError, *, now: datetime
) -> None:
    """
    Pause a cloud project whose login was refused, unless its credentials were changed.

    `version` is the `credentials_version` that the login used. Retried until it is saved:
    otherwise the next worker tries the same password, and IAM locks the user.
    """
    rows = CloudProject.objects.filter(credentials_version=version)
    retry_until_saved(partial(_pause, cloud_project_id, rows, error, now))


def _pause(
    cloud_project_id: int,
    among: "QuerySet[CloudProject]",
    error: CloudError,
    now: datetime,
) -> None:
    rows = among.filter(id=cloud_project_id)
    with change_of_cloud_project(cloud_project_id, EventKind.PROJECT_PAUSED, now=now):
        paused = rows.filter(paused_at=None).update(
            paused_at=now, paused_by=PausedBy.PORTAL, paused_reason=str(error)[:500]
        )
    if paused:
        log.error(
            "cloud_project.paused",
            extra={
                "cloud_project": rows.values_list("name", flat=True).first(),
                "reason": str(error),
            },
        )


def with_jitter(wait: timedelta) -> timedelta:
    """Return the wait times a random factor from 1 to `JITTER`, to spread retries."""
    return wait * random.uniform(1.0, JITTER)  # noqa: S311 - spreads load, guards nothing
