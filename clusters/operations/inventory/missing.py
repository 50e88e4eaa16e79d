"""Whether clusters that are not listed any more were deleted or are only hidden."""

import logging
from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_noop

from clusters.cloud.errors import ClusterGone, SignInPaused
from clusters.cloud.types import Cloud
from clusters.models import CloudProject, InventorySnapshot

log = logging.getLogger(__name__)

NOT_COMPLETE: Final = gettext_noop("The list of clusters was not complete.")
DENIED: Final = gettext_noop(
    "The cloud denies access to clusters that it used to show: they were deleted, or the"
    " IAM user has lost rights. Until that is known, no cluster is taken for missing."
)


def why_not_gone(
    missing: set[str], *, shown: set[str], roles: Iterable[str], cloud: Cloud
) -> str:
    """
    Return why these missing clusters are not proven to be deleted; empty if they are.

    Each one's own detail call decides. A 404 proves the deletion. A 403 `CSS.0015`
    ("unknown or access denied") proves it only if missing rights cannot be the reason:

    * a new token still has all `roles` that the user had when they were listed, and
    * not several of them went missing at once while none of ours is `shown` any more.

    It never proves it where the place names an enterprise project: the roles of a token
    do not show rights there, and moving a cluster to another one hides it.

    :raises CloudError: if the cloud does not answer
    """
    denied = set()
    for cluster_id in missing:
        gone = _detail_error(cluster_id, cloud)
        if gone is None:
            log.warning("scan.incomplete", extra={"cluster_id": cluster_id})
            return NOT_COMPLETE
        if not gone.is_proven:
            denied.add(cluster_id)
    is_narrow = bool(cloud.place.enterprise_project_id)
    if not denied or (not is_narrow and _is_deletion(denied, shown, set(roles), cloud)):
        return ""
    log.error("scan.denied", extra={"clusters": len(denied)})
    return DENIED


class NotMissing(Exception):
    """This cluster is listed, or is none that the scans of its project miss."""


def confirm_gone(cloud_project: CloudProject, cluster_id: str) -> None:
    """
    Forget a missing cluster that a person confirms to be deleted.

    From then on a scan without it can be complete.

    :raises NotMissing: if it is listed, or is none that the scans of this project miss
    """
    with transaction.atomic():
        snapshots = InventorySnapshot.objects.select_for_update().filter(
            cloud_project=cloud_project
        )
        kept = snapshots.first()
        if kept is None or not _is_missed(kept, cluster_id):
            raise NotMissing
        kept.known_ours.remove(cluster_id)
        snapshots.update(known_ours=kept.known_ours)
    log.warning("cluster.confirmed_gone", extra={"cluster_id": cluster_id})


def _is_missed(kept: InventorySnapshot, cluster_id: str) -> bool:
    listed = {each["id"] for each in kept.clusters}
    return cluster_id in kept.known_ours and cluster_id not in listed


def _detail_error(cluster_id: str, cloud: Cloud) -> ClusterGone | None:
    """Return the error of the cluster's detail call; None where it shows the cluster."""
    try:
        cloud.cluster(cluster_id)
    except ClusterGone as gone:
        return gone
    return None


def _is_deletion(
    denied: set[str], shown: set[str], roles: set[str], cloud: Cloud
) -> bool:
    if len(denied) > 1 and not shown:
        return False
    if not roles or not roles <= set(cloud.roles()):
        return False
    try:
        # The cached token may be older than the loss of a role.
        return roles <= set(cloud.roles(anew=True))
    except SignInPaused:
        return False
