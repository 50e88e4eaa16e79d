"""Mark working clusters that vanish, break, or come back."""

import logging
from datetime import datetime
from typing import Final

from django.db import transaction

from clusters.cloud.errors import CloudError, ClusterGone
from clusters.cloud.types import Cloud, CloudCluster
from clusters.domain.events import EventKind
from clusters.domain.states import State
from clusters.models import Cluster, ClusterRequest
from clusters.models.cluster import Health
from clusters.operations.core.cluster_rows import amend_cluster, lock_request
from clusters.operations.core.errors import MoveNotAllowed
from clusters.operations.core.expected import Expected
from clusters.operations.core.history import record_event
from clusters.operations.inventory.scan import Inventory

log = logging.getLogger(__name__)

MISSING_AT_ONCE: Final = 20
"""How many missing clusters one look asks after; the next look takes the rest."""

_KINDS: Final = {
    Health.GOOD: EventKind.CLUSTER_BACK,
    Health.VANISHED: EventKind.CLUSTER_VANISHED,
    Health.BROKEN: EventKind.CLUSTER_BROKEN,
}


def watch_active(
    cloud_project_id: int, listing: Inventory, *, cloud: Cloud, now: datetime
) -> None:
    """
    Compare what works with what is listed; the state stays `active`, the mark changes.

    At most `MISSING_AT_ONCE` clusters that are not listed are asked after. What is decided
    until the cloud does not answer is written all the same.

    :raises CloudError: if a missing cluster could not be asked after
    """
    listed = listing.by_id()
    missing = []
    for cluster in _watched(cloud_project_id, listing):
        shown = listed.get(cluster.cloud_id)
        if shown is not None:
            _mark_if_changed(cluster, _health_of(shown), now)
        elif listing.is_complete and cluster.health != Health.VANISHED:
            missing.append(cluster)
    for cluster in missing[:MISSING_AT_ONCE]:
        if _is_gone(cluster.cloud_id, cloud):
            _mark_if_changed(cluster, Health.VANISHED, now)


def _watched(cloud_project_id: int, listing: Inventory) -> list[Cluster]:
    """Return what works and what is back; those that vanished before grow without end."""
    ready = Cluster.objects.ready_in(cloud_project_id, listing.place_sha256)
    rows = ready.only("cloud_id", "health")
    works = rows.filter(health__in=[Health.GOOD, Health.BROKEN])
    back = rows.filter(health=Health.VANISHED, cloud_id__in=list(listing.by_id()))
    return [*works, *back]


def _health_of(shown: CloudCluster) -> Health | None:
    """Return what the list shows; None where its status could not be read."""
    if shown.is_garbled("status"):
        return None
    return Health.BROKEN if shown.is_broken else Health.GOOD


def _is_gone(cloud_id: str, cloud: Cloud) -> bool:
    try:
        cloud.cluster(cloud_id)
    except ClusterGone:
        return True
    except CloudError as error:
        if not error.is_resource_specific:
            raise
    return False


def _mark_if_changed(cluster: Cluster, health: Health | None, now: datetime) -> None:
    """Write the mark, and an event of the request that made the cluster."""
    if health is None or health == cluster.health:
        return
    active = ClusterRequest.objects.filter(cluster=cluster, state=State.ACTIVE)
    request_ids = list(active.order_by("id").values_list("id", flat=True))
    kind, data = _KINDS[health], {"cluster_id": cluster.cloud_id}
    same_cluster = Expected({"cluster_id": cluster.pk})
    try:
        with transaction.atomic():
            for request_id in request_ids:
                lock_request(request_id, same_cluster, State.ACTIVE)
            amend_cluster(cluster.pk, Expected.of(cluster, "health"), health=health)
            for request_id in request_ids:
                record_event(request_id, kind, now=now, data=data)
    except MoveNotAllowed:
        log.info("watch.late", extra=data)
        return
    facts = {"request_ids": [str(each) for each in request_ids], **data}
    log.warning(kind.value, extra=facts)
