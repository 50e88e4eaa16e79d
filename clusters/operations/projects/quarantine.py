"""After a restore or a failover the rows may have forgotten calls: look before sending."""

import logging
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from clusters.domain.events import EventKind
from clusters.domain.states import State
from clusters.models import CloudProject, ClusterRequest, Installation
from clusters.operations.core import timeline
from clusters.operations.core.project_changes import change_of_cloud_project

FORGOTTEN_CLAIMS: Final = 1000
"""
How many claims of one request a database may have forgotten.

Their numbers are not given again: the worker that holds one may still be waiting for its
answer, which is no answer to a later attempt.
"""

_UNCLAIMED: Final = (State.PENDING, State.APPROVED)

log = logging.getLogger(__name__)


def quarantine() -> int:
    """
    Shut every gate until its cloud project had a look that counts.

    Returns how many cloud projects that are.
    """
    # By the clock that looks begin by, whatever this machine's says. With the empty wait
    # SQLite writes it in the form in which it compares.
    at = Now() + timedelta()
    unclaimed = ClusterRequest.objects.filter(state__in=_UNCLAIMED)
    # All or none, in one order: a pause or a claim waits for no longer than this takes.
    with transaction.atomic():
        ids = list(CloudProject.objects.order_by("id").values_list("id", flat=True))
        for project_id in ids:
            with change_of_cloud_project(project_id, EventKind.PROJECT_QUARANTINED):
                CloudProject.objects.filter(id=project_id).update(quarantined_at=at)
        unclaimed.update(claim=F("claim") + FORGOTTEN_CLAIMS)
    shut = len(ids)
    log.warning("gates.shut", extra={"cloud_projects": shut})
    return shut


def quarantine_after_failover() -> bool:
    """
    Compare PostgreSQL's timeline with the one that was kept; another one quarantines.

    A promoted standby, or a backup that was rolled forward, may lack commits. On another
    database there is nothing to compare, nor before a first worker has started.
    """
    if not timeline.has_timeline():
        return False
    rows = Installation.objects.all()
    rows.filter(timeline="").update(timeline=timeline.Timeline())
    # Together: a new timeline that is kept while the gates stay open is never asked again.
    with transaction.atomic():
        if not rows.exclude(timeline=timeline.Timeline()).update(
            timeline=timeline.Timeline()
        ):
            return False
        quarantine()
    return True
