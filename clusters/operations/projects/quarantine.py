"""Quarantine: after a restore or failover, scan before anything is sent."""

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
By how much a quarantine raises claim numbers: more claims than a database can forget.

A forgotten number must not be used again: the worker that holds it may still wait for an
answer, which would be taken for the answer of the new attempt.
"""

_UNCLAIMED: Final = (State.PENDING, State.APPROVED)

log = logging.getLogger(__name__)


def quarantine() -> int:
    """Quarantine every cloud project until its next complete scan; return how many."""
    # The database's clock, as for the beginning of scans. The empty interval makes SQLite
    # write microseconds, the form of the column that it is compared with.
    at = Now() + timedelta()
    unclaimed = ClusterRequest.objects.filter(state__in=_UNCLAIMED)
    # All or none. In the order of the ids, so that two quarantines cannot deadlock.
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
    Quarantine if PostgreSQL's timeline is not the stored one; return whether it did.

    A promoted standby or a recovered backup may lack commits. Other databases have no
    timeline, and before the first worker has started none is stored.
    """
    if not timeline.has_timeline():
        return False
    rows = Installation.objects.all()
    rows.filter(timeline="").update(timeline=timeline.Timeline())
    # In one transaction: a new timeline that is stored without the quarantine would
    # never be noticed again.
    with transaction.atomic():
        if not rows.exclude(timeline=timeline.Timeline()).update(
            timeline=timeline.Timeline()
        ):
            return False
        quarantine()
    return True
