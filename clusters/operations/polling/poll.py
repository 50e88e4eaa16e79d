"""Follow every cluster of one cloud project by one listing a tick."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from clusters.cloud.errors import CloudError
from clusters.cloud.types import Cloud, Outcome
from clusters.domain.absence import UNKNOWN
from clusters.domain.engine_settings import EngineSettings
from clusters.domain.states import State
from clusters.models import Attempt, CloudProject, ClusterRequest
from clusters.operations.clusters.follow import follow
from clusters.operations.clusters.health import watch_active
from clusters.operations.core.backoff import apply_project_error
from clusters.operations.core.database_clock import future
from clusters.operations.inventory.scan import scan_inventory
from clusters.operations.polling.capabilities import (
    COULD_BE_LATE,
    WATCHED_FOR,
    adopt_late_clusters,
    alarm_duplicates,
    detect_capabilities,
)
from clusters.operations.polling.resolve_unclear import settle_unclear

log = logging.getLogger(__name__)


IDLE_SCAN_INTERVAL: Final = timedelta(minutes=5)
"""How old the last look may get where clusters only have to go on working."""

UNKNOWN_OUTCOME_WATCH: Final = timedelta(minutes=10)
"""
How long every tick looks for what an unknown answer may have made.

Its request may be `active` by then, with the cluster of another attempt: a second one
has to ring the alarm at once.
"""


def projects_to_poll() -> QuerySet[CloudProject]:
    """Cloud projects in which the cloud builds something, may, or was not seen lately."""
    moving = ClusterRequest.objects.filter(state__in=[State.CREATING, State.UNCLEAR])
    active = ClusterRequest.objects.filter(state=State.ACTIVE)
    late = ClusterRequest.objects.filter(
        state__in=COULD_BE_LATE,
        cluster=None,
        attempts__outcome__in=(*UNKNOWN, Outcome.ACCEPTED),
        attempts__sent_at__gt=future() - WATCHED_FOR,
    )
    doubted = Attempt.objects.that_may_have_created().filter(
        Q(answered_at__gt=Now() - UNKNOWN_OUTCOME_WATCH)
        | Q(answered_at=None, sent_at__gt=future() - UNKNOWN_OUTCOME_WATCH),
        sent_at__gt=future() - WATCHED_FOR,  # by the index
    )
    calm = (
        Q(inventory_snapshot=None)
        | Q(inventory_snapshot__ended_at=None)
        | Q(inventory_snapshot__ended_at__lt=Now() - IDLE_SCAN_INTERVAL)
        | Q(inventory_snapshot__ended_at__gt=future())
    )
    return CloudProject.objects.filter(
        Q(id__in=moving.values("cloud_project_id"))
        | Q(id__in=doubted.values("request__cloud_project_id"))
        | (calm & Q(id__in=active.values("cloud_project_id")))
        | (calm & Q(id__in=late.values("cloud_project_id")))
        | Q(quarantined_at__isnull=False)
    ).exclude(sealed_password="")


def poll_project(
    cloud_project_id: int, *, cloud: Cloud, engine: EngineSettings, now: datetime
) -> bool:
    """
    Look once, and move every request of this project by what was seen.

    False where somebody else is looking, or the look did not end.
    """
    lease = _take_turn(cloud_project_id, engine)
    if lease is None:
        return False
    try:
        listing = scan_inventory(cloud_project_id, cloud=cloud)
        project = CloudProject.objects.get(id=cloud_project_id)
        detect_capabilities(project, listing)
        alarm_duplicates(project, listing, now=now)
        adopt_late_clusters(project, listing, now=now)
        settle_unclear(project, listing, engine=engine, now=now)
        follow(cloud_project_id, listing, cloud=cloud, engine=engine, now=now)
        watch_active(cloud_project_id, listing, cloud=cloud, now=now)
    except CloudError as error:
        log.warning(
            "look.failed",
            extra={"cloud_project_id": cloud_project_id, "reason": str(error)},
        )
        apply_project_error(cloud_project_id, error, engine=engine, now=now)
        return False
    finally:
        mine = CloudProject.objects.filter(id=cloud_project_id, polled_until=lease)
        mine.update(polled_until=None)
    return True


def _take_turn(cloud_project_id: int, engine: EngineSettings) -> datetime | None:
    """One look at a time for each cloud project; a lease, in case a worker dies."""
    rows = CloudProject.objects.filter(id=cloud_project_id)
    lease = 2 * engine.call
    is_free = Q(polled_until=None) | Q(polled_until__lt=Now())
    # None is longer: it was written by a clock that was ahead. Twice, since whoever waits
    # for the row's lock compares with a moment before that of whoever had it.
    free = rows.filter(is_free | Q(polled_until__gt=Now() + 2 * lease))
    # Together: else the lease that is read may be the next one's.
    with transaction.atomic():
        if not free.update(polled_until=Now() + lease):
            return None
        return rows.values_list("polled_until", flat=True).get()
