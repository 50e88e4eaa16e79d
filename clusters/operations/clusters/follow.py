"""Follow: move requests that are creating, by what a scan shows of their clusters."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from clusters.cloud.errors import CloudError, ClusterGone
from clusters.cloud.types import Cloud, CloudCluster
from clusters.domain import cloud_detail
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

SCANS_BEFORE_GONE: Final = 3
"""How many complete scans have to miss a cluster before it counts as deleted."""


def follow(
    cloud_project_id: int,
    listing: Inventory,
    *,
    cloud: Cloud,
    engine: EngineSettings,
    now: datetime,
) -> None:
    """
    Store what the scan shows of every cluster that is being created.

    An error about one row does not stop the others: a row that another writer has
    changed, or whose cluster cannot be read, is handled by the next scan.

    :raises CloudError: if the cloud does not answer; the rest waits for the next scan
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
            log.info("follow.skipped", extra={"request_id": str(row.id)})
        except CloudError as error:
            if not error.is_resource_specific:
                raise
            extra = {"request_id": str(row.id), "reason": str(error)}
            log.warning("cluster.unreadable", extra=extra)
    # One UPDATE for all unchanged rows, since most scans change nothing.
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
    """Whether the list shows nothing that is not in the row, except `seen_at`."""
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
    """Store what the scan shows of one cluster, or that it does not show it."""
    if shown is not None:
        _record_seen(row, shown, cloud=cloud, now=now)
    else:
        _record_missing(row, listing, cloud=cloud, engine=engine, now=now)


def _record_seen(
    row: ClusterRequest, shown: CloudCluster, *, cloud: Cloud, now: datetime
) -> None:
    """Store what the scan shows; move the request if its cluster is ready or broken."""
    cluster = shown
    if shown.raw_status != cluster_of(row).cloud_status or shown.is_ready:
        # Only the detail call has the reason and the VPC endpoint; needed when something
        # changes.
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
        cluster_changes={
            **seen,
            "endpoint": endpoint,
            "cloud_detail": cloud_detail.to_json(cluster),
            "ready_at": now,
        },
    )


def _break(
    row: ClusterRequest, cluster: CloudCluster, seen: dict[str, Any], now: datetime
) -> None:
    error = {
        "error_code": cluster.failure_code[:64],
        "error_message": cluster.failure_message,
    }
    advance_with_cluster(
        row,
        Verb.BREAK,
        now=now,
        data={"cluster_id": cluster.id, "status": cluster.raw_status, **error},
        cluster_changes=seen,
        **{**CLEARED_ERROR, **error},
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
    Count a scan without this cluster; fail the request once that proves its deletion.

    That takes `SCANS_BEFORE_GONE` complete scans over `settle_seconds`, in each of which
    its detail call says that it is gone. A cluster that was never listed is not counted:
    lists may lag behind.
    """
    kept = cluster_of(row)
    if not listing.is_complete or kept.seen_at is None:
        return
    if not _is_deleted(kept.cloud_id, cloud):
        return
    at = listing.began_at  # by the database's clock, since those of workers differ
    since, scans = _missed_since(kept, at)
    # If another scan has shown it since, the write changes nothing.
    missed = Expected.of(kept, "missing_since", "missing_scans")
    settled = at - since >= timedelta(seconds=engine.settle_seconds)
    if scans < SCANS_BEFORE_GONE or not settled:
        changes = {"missing_since": since, "missing_scans": scans}
        amend_with_cluster(row, State.CREATING, cluster_expected=missed, **changes)
    else:
        _break_deleted(row, scans, missed, now)


def _break_deleted(
    row: ClusterRequest, scans: int, missed: Expected, now: datetime
) -> None:
    """Fail the request: somebody has deleted its cluster while it was being created."""
    code = PortalCode.DELETED_OUTSIDE.value
    advance_with_cluster(
        row,
        Verb.BREAK,
        now=now,
        data={"code": code, "cluster_id": row.cloud_id},
        cluster_expected=missed,
        cluster_changes={"missing_scans": scans},
        **{**CLEARED_ERROR, "error_code": code},
    )


def _is_deleted(cloud_id: str, cloud: Cloud) -> bool:
    """Whether the detail call says that the cluster is gone."""
    try:
        cloud.cluster(cloud_id)
    except ClusterGone:
        return True
    return False


def _missed_since(kept: Cluster, at: datetime) -> tuple[datetime, int]:
    """Return since when it is missing, and in how many scans, that of `at` included."""
    since = kept.missing_since
    if since is None or since > at:  # not missing yet, or a time of a wrong clock
        return at, 1
    return since, kept.missing_scans + 1


def _still_creating(cluster_ids: Iterable[UUID]) -> QuerySet[Cluster]:
    """Return those of these clusters that are neither ready nor gone."""
    return Cluster.objects.filter(id__in=cluster_ids, ready_at=None, gone_at=None)


def _progress(cluster: CloudCluster) -> str:
    """Return the first percentage that the cloud shows, such as "40%"; or empty."""
    return next((percent for _, percent in cluster.progress), "")[:64]
