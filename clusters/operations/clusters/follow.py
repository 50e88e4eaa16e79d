"""Follow clusters that are being created until they work, break or vanish."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from clusters.cloud.errors import CloudError, ClusterGone
from clusters.cloud.types import Cloud, CloudCluster
from clusters.domain.engine_settings import EngineSettings
from clusters.domain.error_codes import PortalCode
from clusters.domain.states import State, Verb
from clusters.models import Cluster, ClusterRequest
from clusters.operations.core.cluster_rows import (
    advance_with_cluster,
    amend_with_cluster,
    cluster_of,
)
from clusters.operations.core.columns import CLEARED_ERROR
from clusters.operations.core.errors import MoveNotAllowed
from clusters.operations.core.expected import Expected
from clusters.operations.inventory.scan import Inventory

log = logging.getLogger(__name__)

LOOKS_BEFORE_GONE = 3


def follow(
    cloud_project_id: int,
    listing: Inventory,
    *,
    cloud: Cloud,
    engine: EngineSettings,
    now: datetime,
) -> None:
    """
    Write down what the listing shows of every cluster that is being created.

    Trouble with one row does not stop those behind it: a row that moved meanwhile, or
    whose cluster the cloud does not show properly, is left for the next tick.

    :raises CloudError: if the cloud does not answer; the rest waits a tick
    """
    listed = listing.by_id()
    unchanged = []
    for row in _creating(cloud_project_id, listing.place_sha256):
        kept = cluster_of(row)
        shown = listed.get(kept.cloud_id)
        if shown is not None and _is_as_before(kept, shown):
            unchanged.append(kept.pk)
            continue
        try:
            _record(row, shown, listing, cloud=cloud, engine=engine, now=now)
        except MoveNotAllowed:
            log.info("follow.late", extra={"request_id": str(row.id)})
        except CloudError as error:
            if not error.is_resource_specific:
                raise
            facts = {"request_id": str(row.id), "reason": str(error)}
            log.warning("follow.unreadable", extra=facts)
    # All in one write: a tick in which nothing happens should cost next to nothing.
    _still_creating(unchanged).update(seen_at=now)


def _creating(
    cloud_project_id: int, place_sha256: str
) -> QuerySet[ClusterRequest, ClusterRequest]:
    creating = ClusterRequest.objects.filter(
        cloud_project_id=cloud_project_id,
        state=State.CREATING,
        place_sha256=place_sha256,
    )
    rows = creating.select_related("cluster").order_by("moved_at")
    return rows.defer("body", "spec", "labels", "cluster__spec", "cluster__tags")


def _is_as_before(kept: Cluster, shown: CloudCluster) -> bool:
    """Whether the list shows what the row says already, save that it was seen now."""
    return (
        kept.cloud_status == shown.raw_status
        and kept.cloud_progress == _progress(shown)
        and kept.missing_since is None
        and not (shown.is_ready or shown.is_broken)
    )


def _record(
    row: ClusterRequest,
    shown: CloudCluster | None,
    listing: Inventory,
    *,
    cloud: Cloud,
    engine: EngineSettings,
    now: datetime,
) -> None:
    """Write down one cluster: what the listing shows of it, or that it does not."""
    if shown is not None:
        _record_seen(row, shown, cloud=cloud, now=now)
    else:
        _record_missing(row, listing, cloud=cloud, engine=engine, now=now)


def _record_seen(
    row: ClusterRequest, shown: CloudCluster, *, cloud: Cloud, now: datetime
) -> None:
    """Write what the cloud shows, and move the request if its cluster is ready or broken."""
    cluster = shown
    if shown.raw_status != cluster_of(row).cloud_status:
        # The detail call knows more (the reason, the nodes), and only changes need it.
        cluster = cloud.cluster(shown.id)
    seen: dict[str, Any] = {
        "cloud_status": cluster.raw_status[:32],
        "cloud_progress": _progress(cluster),
        "seen_at": now,
        "missing_since": None,
        "missing_scans": 0,
    }
    if cluster.is_ready:
        _ready(row, cluster, seen, now)
    elif cluster.is_broken:
        _break(row, cluster, seen, now)
    else:
        amend_with_cluster(row, State.CREATING, **seen)


def _ready(
    row: ClusterRequest, cluster: CloudCluster, seen: dict[str, Any], now: datetime
) -> None:
    endpoint = cluster.endpoint[:500]
    advance_with_cluster(
        row,
        Verb.READY,
        now=now,
        data={"cluster_id": cluster.id, "endpoint": cluster.endpoint},
        cluster_changes={**seen, "endpoint": endpoint, "ready_at": now},
    )


def _break(
    row: ClusterRequest, cluster: CloudCluster, seen: dict[str, Any], now: datetime
) -> None:
    words = {
        "error_code": cluster.failure_code[:64],
        "error_message": cluster.failure_message,
    }
    advance_with_cluster(
        row,
        Verb.BREAK,
        now=now,
        data={"cluster_id": cluster.id, "status": cluster.raw_status, **words},
        cluster_changes=seen,
        **{**CLEARED_ERROR, **words},
    )


def _record_missing(
    row: ClusterRequest,
    listing: Inventory,
    *,
    cloud: Cloud,
    engine: EngineSettings,
    now: datetime,
) -> None:
    """
    Count one more listing without this cluster; three of them and a while are a deletion.

    Only a complete listing counts, and only once the cluster was listed.
    """
    kept = cluster_of(row)
    if not listing.is_complete or kept.seen_at is None:
        return
    try:
        cloud.cluster(kept.cloud_id)
    except ClusterGone:
        pass
    else:
        return
    at = listing.began_at  # by the database's clock: those of workers may differ
    # Another listing may have shown it meanwhile: then nothing was missed.
    missed = Expected.of(kept, "missing_since", "missing_scans")
    since, scans = _missed_since(kept, at)
    settled = at - since >= timedelta(seconds=engine.settle_seconds)
    if scans < LOOKS_BEFORE_GONE or not settled:
        changes = {"missing_since": since, "missing_scans": scans}
        amend_with_cluster(row, State.CREATING, cluster_expected=missed, **changes)
        return
    advance_with_cluster(
        row,
        Verb.BREAK,
        now=now,
        data={"code": PortalCode.DELETED_OUTSIDE.value, "cluster_id": kept.cloud_id},
        cluster_expected=missed,
        cluster_changes={"missing_scans": scans},
        **{**CLEARED_ERROR, "error_code": PortalCode.DELETED_OUTSIDE.value},
    )


def _missed_since(kept: Cluster, at: datetime) -> tuple[datetime, int]:
    """Return since when it is missing, and in how many listings, that of `at` included."""
    since = kept.missing_since
    if since is None or since > at:  # never missed, or in a future by a wrong clock
        return at, 1
    return since, kept.missing_scans + 1


def _still_creating(cluster_ids: Iterable[UUID]) -> QuerySet[Cluster]:
    return Cluster.objects.filter(id__in=cluster_ids, ready_at=None, gone_at=None)


def _progress(cluster: CloudCluster) -> str:
    return next((percent for _, percent in cluster.progress), "")[:64]
