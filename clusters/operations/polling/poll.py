"""Poll: one scan of a cloud project at each tick, for all its requests and clusters."""

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
"""How old the newest scan may get where nothing is being created or unclear."""

UNKNOWN_OUTCOME_WATCH: Final = timedelta(minutes=10)
"""
How long after an unknown outcome each tick scans.

The request may be `active` already, with the cluster of another attempt: then a second
one has to raise the alarm at once.
"""


def projects_to_poll() -> QuerySet[CloudProject]:
    """
    Return the cloud projects that need a scan now.

    * at each tick: with a request that is creating or unclear, with an unknown outcome of
      the last `UNKNOWN_OUTCOME_WATCH`, or in quarantine
    * each `IDLE_SCAN_INTERVAL`: with an active cluster, or with a request whose cluster
      could show up late
    """
    moving = ClusterRequest.objects.filter(state__in=[State.CREATING, State.UNCLEAR])
    active = ClusterRequest.objects.filter(state=State.ACTIVE)
    late = ClusterRequest.objects.filter(
        state__in=COULD_BE_LATE,
        cluster=None,
        attempts__outcome__in=(*UNKNOWN, Outcome.ACCEPTED),
        attempts__sent_at__gt=future() - WATCHED_FOR,
    )
    unknown = Attempt.objects.that_may_have_created().filter(
        Q(answered_at__gt=Now() - UNKNOWN_OUTCOME_WATCH)
        | Q(answered_at=None, sent_at__gt=future() - UNKNOWN_OUTCOME_WATCH),
        sent_at__gt=future() - WATCHED_FOR,  # for the index on `sent_at`
    )
    is_scan_due = (
        Q(inventory_snapshot=None)
        | Q(inventory_snapshot__ended_at=None)
        | Q(inventory_snapshot__ended_at__lt=Now() - IDLE_SCAN_INTERVAL)
        | Q(inventory_snapshot__ended_at__gt=future())
    )
    return CloudProject.objects.filter(
        Q(id__in=moving.values("cloud_project_id"))
        | Q(id__in=unknown.values("request__cloud_project_id"))
        | (is_scan_due & Q(id__in=active.values("cloud_project_id")))
        | (is_scan_due & Q(id__in=late.values("cloud_project_id")))
        | Q(quarantined_at__isnull=False)
    ).exclude(sealed_password="")


def poll_project(
    cloud_project_id: int, *, cloud: Cloud, engine: EngineSettings, now: datetime
) -> bool:
    """
    Scan once, and move every request of this cloud project by what the scan shows.

    An error of the cloud is logged, and pauses or throttles the project if it concerns
    all of it (`apply_project_error`).

    :return: False if another worker is scanning, or the cloud raised an error
    """
    lease = _lease_scan(cloud_project_id, engine)
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
            "scan.failed",
            extra={"cloud_project_id": cloud_project_id, "reason": str(error)},
        )
        apply_project_error(cloud_project_id, error, engine=engine, now=now)
        return False
    finally:
        mine = CloudProject.objects.filter(id=cloud_project_id, polled_until=lease)
        mine.update(polled_until=None)
    return True


def _lease_scan(cloud_project_id: int, engine: EngineSettings) -> datetime | None:
    """
    Take the lease for scanning, so that one worker scans a cloud project at a time.

    :return: until when it lasts, which also identifies it; None if another worker has it
    """
    rows = CloudProject.objects.filter(id=cloud_project_id)
    lease = 2 * engine.call
    is_free = Q(polled_until=None) | Q(polled_until__lt=Now())
    # A lease further ahead than its length was written by a clock that was ahead. Twice
    # the length, since after a wait for the row's lock `Now()` is older than the lease.
    free = rows.filter(is_free | Q(polled_until__gt=Now() + 2 * lease))
    # In one transaction: otherwise the lease that is read may be that of another worker.
    with transaction.atomic():
        if not free.update(polled_until=Now() + lease):
            return None
        return rows.values_list("polled_until", flat=True).get()
