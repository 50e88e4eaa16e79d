"""
Write the row of a cluster together with that of the request that it belongs to.

A decision may rest on columns of both rows. Each condition is then repeated in the WHERE
of an UPDATE of its own row, both in one transaction: if either finds nothing to change,
everything is rolled back. A sub-query on the other table would not do, because PostgreSQL
does not evaluate it again after it has waited for a lock.

The order is always the same: first the request's row, then its cluster's row. Two
transactions that need both can therefore not wait for each other. Whoever writes cluster
rows only (`follow`, for clusters that have not changed) locks no request afterwards.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Subquery
from django.utils.translation import gettext as _

from clusters.domain.states import State, Verb
from clusters.models import Cluster, ClusterRequest
from clusters.operations.core.errors import MoveNotAllowed
from clusters.operations.core.expected import NOTHING, Expected, amend
from clusters.operations.core.transitions import advance

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def take_up_cluster(
    request_id: UUID,
    verb: Verb,
    cloud_id: str,
    *,
    now: datetime,
    expected: Expected = NOTHING,
    actor: "User | None" = None,
    data: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """
    Move a request along its arrow to `creating` and give it the cluster with this id.

    The row of the cluster is made in the same transaction, unless another request of this
    cloud project has it already. The other arguments are those of `advance`; a worker
    expects its own claim number.

    :raises MoveNotAllowed: as `advance`; then no cluster was made either
    """
    with transaction.atomic():
        row = _lock(request_id)
        new = _new_cluster(row, cloud_id, now)
        Cluster.objects.bulk_create([new], ignore_conflicts=True)
        # Not `new`, which was not made where another request has this cluster already.
        kept = Cluster.objects.filter(
            cloud_project_id=row.cloud_project_id, cloud_id=cloud_id
        )
        advance(
            request_id,
            verb,
            now=now,
            expected=expected,
            actor=actor,
            data=data,
            cluster_id=Subquery(kept.values("pk")[:1]),
            **changes,
        )


def _lock(request_id: UUID) -> ClusterRequest:
    """Lock the request, so that its owner stays the same until the cluster is there."""
    rows = ClusterRequest.objects.select_for_update()
    return rows.defer("body", "labels", "error_raw").get(id=request_id)


def _new_cluster(row: ClusterRequest, cloud_id: str, now: datetime) -> Cluster:
    return Cluster(
        cloud_project_id=row.cloud_project_id,
        cloud_id=cloud_id,
        place_sha256=row.place_sha256,
        name=row.name,
        owner_id=row.requester_id,
        owner_name=row.requester_name,
        spec=row.spec,
        tags=row.spec.get("tags", []),
        created_at=now,
    )


def advance_with_cluster(
    row: ClusterRequest,
    verb: Verb,
    *,
    now: datetime,
    data: dict[str, Any],
    cluster_expected: Expected = NOTHING,
    cluster_changes: dict[str, Any],
    **changes: Any,
) -> None:
    """
    Move a request along its arrow and change columns of its cluster.

    :raises MoveNotAllowed: if the request is in another state or has another cluster, or
        the cluster is not as expected
    """
    with transaction.atomic():
        expected = Expected.of(row, "cluster_id")
        advance(row.id, verb, now=now, expected=expected, data=data, **changes)
        amend_cluster(cluster_of(row).pk, cluster_expected, **cluster_changes)


def amend_with_cluster(
    row: ClusterRequest,
    state: State,
    *,
    cluster_expected: Expected = NOTHING,
    **cluster_changes: Any,
) -> None:
    """
    Change columns of the cluster of a request that is in this state.

    :raises MoveNotAllowed: if the request is in another state or has another cluster, or
        the cluster is not as expected
    """
    with transaction.atomic():
        lock_request(row.id, Expected.of(row, "cluster_id"), state)
        amend_cluster(cluster_of(row).pk, cluster_expected, **cluster_changes)


def cluster_of(row: ClusterRequest) -> Cluster:
    """Return the cluster of a request that is known to have one."""
    assert row.cluster is not None, "this request has no cluster"
    return row.cluster


def lock_request(request_id: UUID, expected: Expected, *sources: State) -> None:
    """
    Lock one request that is in one of these states until the transaction ends.

    An UPDATE that changes nothing: SQLite knows no other lock of a row.

    :raises MoveNotAllowed: if it is in another state, or not as expected
    """
    amend(request_id, expected, *sources, moved_at=F("moved_at"))


def amend_cluster(cluster_id: UUID, expected: Expected, **changes: Any) -> None:
    """
    Change columns of one cluster.

    Call it in a transaction that has locked or moved the cluster's request.

    :raises MoveNotAllowed: if the cluster is not as expected
    """
    rows = Cluster.objects.filter(pk=cluster_id)
    if not rows.filter(expected.still_so).update(**changes):
        raise MoveNotAllowed(_("This cluster changed meanwhile. Read it once more."))
