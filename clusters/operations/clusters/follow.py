"""Follow: move requests that are creating, by what a scan shows of their clusters."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from clusters.cloud.errors import CloudError, ClusterGone
from clusters.cloud.types import Cloud, CloudCluster
from clusters.domain.engine_settings import EngineSettings
from clusters.domain.error_codes import PortalCode
from clusters.domain.states import State, Verb
from clusters.models import ClusterRequest
from clusters.operations.core.columns import CLEARED_ERROR
from clusters.operations.core.errors import MoveNotAllowed
from clusters.operations.core.expected import Expected, amend
from clusters.operations.core.transitions import advance
from clusters.operations.inventory.scan import Inventory

if TYPE_CHECKING:
    from django.db.models import QuerySet

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

    One that the cloud does not show properly is asked after again at the next tick.

    :raises CloudError: if the cloud does not answer; the rest waits a tick
    """
    listed = listing.by_id()
    creating = ClusterRequest.objects.filter(
        cloud_project_id=cloud_project_id,
        state=State.CREATING,
        place_sha256=listing.place_sha256,
    ).defer("body", "spec", "labels")
    unchanged = []
    for cluster_request in creating.order_by("moved_at"):
        cluster = listed.get(cluster_request.cluster_id)
        with _the_others_go_on(cluster_request):
            if cluster is not None and _is_as_before(cluster_request, cluster):
                unchanged.append(cluster_request.id)
            elif cluster is not None:
                _see(cluster_request, cluster, cloud=cloud, now=now)
            elif listing.counts and cluster_request.seen_at:
                at = listing.began_at
                _miss(cluster_request, at, cloud=cloud, engine=engine, now=now)
    # One UPDATE for all unchanged rows, since most scans change nothing.
    _still_creating(*unchanged).update(seen_at=now)


def _is_as_before(cluster_request: ClusterRequest, listed: CloudCluster) -> bool:
    """Whether the list shows nothing that is not in the row, except `seen_at`."""
    said = (cluster_request.cloud_status, cluster_request.cloud_progress)
    return (
        said == (listed.raw_status, _progress(listed))
        and cluster_request.missing_since is None
        and not (listed.is_ready or listed.is_broken)
    )


@contextmanager
def _the_others_go_on(cluster_request: ClusterRequest) -> Iterator[None]:
    """Keep trouble with one row from stopping those behind it, tick after tick."""
    facts = {"request_id": str(cluster_request.id)}
    try:
        yield
    except MoveNotAllowed:
        log.info("follow.late", extra=facts)
    except CloudError as error:
        if not error.is_resource_specific:
            raise
        log.warning("follow.unreadable", extra={**facts, "reason": str(error)})


def _see(
    cluster_request: ClusterRequest,
    listed: CloudCluster,
    *,
    cloud: Cloud,
    now: datetime,
) -> None:
    cluster = listed
    if listed.raw_status != cluster_request.cloud_status:
        # Only the detail call has the reason and the nodes; needed when something changes.
        cluster = cloud.cluster(listed.id)
    seen = {
        "cloud_status": cluster.raw_status[:32],
        "cloud_progress": _progress(cluster),
        "seen_at": now,
        "missing_since": None,
        "missing_looks": 0,
    }
    if cluster.is_ready:
        _ready(cluster_request, cluster, seen, now)
    elif cluster.is_broken:
        _break(cluster_request, cluster, seen, now)
    else:
        amend(cluster_request.id, _same(cluster_request), State.CREATING, **seen)


def _ready(
    cluster_request: ClusterRequest,
    cluster: CloudCluster,
    seen: dict[str, Any],
    now: datetime,
) -> None:
    advance(
        cluster_request.id,
        Verb.READY,
        now=now,
        expected=_same(cluster_request),
        data={"cluster_id": cluster.id, "endpoint": cluster.endpoint},
        endpoint=cluster.endpoint[:500],
        **seen,
    )


def _break(
    cluster_request: ClusterRequest,
    cluster: CloudCluster,
    seen: dict[str, Any],
    now: datetime,
) -> None:
    words = {
        "error_code": cluster.failure_code[:64],
        "error_message": cluster.failure_message,
    }
    data = {"cluster_id": cluster.id, "status": cluster.raw_status, **words}
    advance(
        cluster_request.id,
        Verb.BREAK,
        now=now,
        expected=_same(cluster_request),
        data=data,
        **{**CLEARED_ERROR, **words, **seen},
    )


def _miss(
    cluster_request: ClusterRequest,
    at: datetime,
    *,
    cloud: Cloud,
    engine: EngineSettings,
    now: datetime,
) -> None:
    """
    It was listed and is not any more; believed after three looks and a while.

    `at` is when the look began by the database's clock: workers' clocks may differ.
    """
    try:
        cloud.cluster(cluster_request.cluster_id)
    except ClusterGone:
        pass
    else:
        return
    # Another look may have seen it meanwhile: then nothing was missed.
    missed = Expected.of(
        cluster_request, "cluster_id", "missing_since", "missing_looks"
    )
    since, looks = _missed_since(cluster_request, at)
    settled = at - since >= timedelta(seconds=engine.settle_seconds)
    if looks < LOOKS_BEFORE_GONE or not settled:
        amend(
            cluster_request.id,
            missed,
            State.CREATING,
            missing_since=since,
            missing_looks=looks,
        )
        return
    columns = {
        **CLEARED_ERROR,
        "error_code": PortalCode.DELETED_OUTSIDE.value,
        "missing_looks": looks,
    }
    data = {
        "code": PortalCode.DELETED_OUTSIDE.value,
        "cluster_id": cluster_request.cluster_id,
    }
    advance(
        cluster_request.id, Verb.BREAK, now=now, expected=missed, data=data, **columns
    )


def _missed_since(
    cluster_request: ClusterRequest, at: datetime
) -> tuple[datetime, int]:
    """Return since when it is missing, and in how many looks, that of `at` included."""
    since = cluster_request.missing_since
    if since is None or since > at:  # not missing yet, or a time of a wrong clock
        return at, 1
    return since, cluster_request.missing_looks + 1


def _same(cluster_request: ClusterRequest) -> Expected:
    """What the cloud shows, it shows of this cluster."""
    return Expected.of(cluster_request, "cluster_id")


def _still_creating(*request_ids: UUID) -> "QuerySet[ClusterRequest]":
    return ClusterRequest.objects.filter(id__in=request_ids, state=State.CREATING)


def _progress(cluster: CloudCluster) -> str:
    return next((percent for _, percent in cluster.progress), "")[:64]
