"""Update the health of active clusters: well, broken or vanished."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from clusters.cloud.errors import CloudError, ClusterGone
from clusters.cloud.types import Cloud
from clusters.domain.events import EventKind
from clusters.domain.states import State
from clusters.models import ClusterRequest
from clusters.models.request_columns import Health
from clusters.operations.core.errors import MoveNotAllowed
from clusters.operations.core.expected import Expected, amend
from clusters.operations.core.history import record_event
from clusters.operations.inventory.scan import Inventory

log = logging.getLogger(__name__)

MISSING_AT_ONCE: Final = 20
"""For how many missing clusters one scan makes a detail call; the next scan continues."""

_KINDS: Final = {
    Health.GOOD: EventKind.CLUSTER_BACK,
    Health.VANISHED: EventKind.CLUSTER_VANISHED,
    Health.BROKEN: EventKind.CLUSTER_BROKEN,
}

_Row = tuple[UUID, str, str]


def watch_active(
    cloud_project_id: int, listing: Inventory, *, cloud: Cloud, now: datetime
) -> None:
    """
    Compare what works with what is listed; the state stays `active`, the mark changes.

    :raises CloudError: if a missing cluster could not be asked after
    """
    rows = _watched(cloud_project_id, listing)
    for (request_id, cluster_id, before), after in _verdicts(rows, listing, cloud):
        if before != after:
            _mark(request_id, cluster_id, Health(before), after, now)


def _watched(cloud_project_id: int, listing: Inventory) -> Iterator[_Row]:
    """Yield what works and what is back; those that vanished before grow without end."""
    active = ClusterRequest.objects.filter(
        cloud_project_id=cloud_project_id,
        state=State.ACTIVE,
        place_sha256=listing.place_sha256,
    ).values_list("id", "cluster_id", "health")
    yield from active.filter(health__in=[Health.GOOD, Health.BROKEN])
    yield from active.filter(
        health=Health.VANISHED, cluster_id__in=list(listing.by_id())
    )


def _verdicts(
    rows: Iterable[_Row], listing: Inventory, cloud: Cloud
) -> Iterator[tuple[_Row, Health]]:
    listed, asked = listing.by_id(), 0
    for row in rows:
        _id, cluster_id, before = row
        cluster = listed.get(cluster_id)
        if cluster is not None and cluster.is_garbled("status"):
            continue
        if cluster is not None:
            yield row, Health.BROKEN if cluster.is_broken else Health.GOOD
        elif listing.counts and before != Health.VANISHED and asked < MISSING_AT_ONCE:
            asked += 1
            if _is_gone(cluster_id, cloud):
                yield row, Health.VANISHED


def _is_gone(cluster_id: str, cloud: Cloud) -> bool:
    try:
        cloud.cluster(cluster_id)
    except ClusterGone:
        return True
    except CloudError as error:
        if not error.is_resource_specific:
            raise
    return False


def _mark(
    request_id: UUID, cluster_id: str, before: Health, after: Health, now: datetime
) -> None:
    kind = _KINDS[after]
    seen = Expected({"cluster_id": cluster_id, "health": before})
    data = {"cluster_id": cluster_id}
    try:
        with transaction.atomic():
            amend(request_id, seen, State.ACTIVE, health=after)
            record_event(request_id, kind, now=now, data=data)
    except MoveNotAllowed:
        log.info("watch.late", extra={"request_id": str(request_id)})
        return
    log.warning(kind.value, extra={"request_id": str(request_id), **data})
