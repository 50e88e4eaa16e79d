"""Whether clusters that the list does not show any more were deleted, or hidden from us."""

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


def doubt_about(
    missing: set[str], *, shown: set[str], roles: Iterable[str], cloud: Cloud
) -> str:
    """
    Return why these clusters are not proven to be gone; empty where they are.

    404 is proof. "Unknown or access denied" is one only if that cannot be for the lack
    of rights: while IAM, asked anew, gives all `roles` that the user had when they were
    shown, and unless several went at once and none of ours is `shown` any more. Never so
    for a user of one enterprise project: no role of the token tells of rights there, and
    who moves a cluster to another one hides it.

    :raises CloudError: if the cloud does not answer
    """
    denied = set()
    for cluster_id in missing:
        gone = _asked_after(cluster_id, cloud)
        if gone is None:
            log.warning("look.incomplete", extra={"cluster_id": cluster_id})
            return NOT_COMPLETE
        if not gone.is_proven:
            denied.add(cluster_id)
    is_narrow = bool(cloud.place.enterprise_project_id)
    if not denied or (not is_narrow and _is_deletion(denied, shown, set(roles), cloud)):
        return ""
    log.error("look.denied", extra={"clusters": len(denied)})
    return DENIED


class NotMissing(Exception):
    """The latest look does not wait for a word about this cluster."""


def confirm_gone(cloud_project: CloudProject, cluster_id: str) -> None:
    """
    Believe a person who has looked: looks count again without this cluster.

    :raises NotMissing: if it is listed, or none that the looks of this project miss
    """
    with transaction.atomic():
        looks = InventorySnapshot.objects.select_for_update().filter(
            cloud_project=cloud_project
        )
        kept = looks.first()
        if kept is None or not _is_missed(kept, cluster_id):
            raise NotMissing
        kept.known_ours.remove(cluster_id)
        looks.update(known_ours=kept.known_ours)
    log.warning("cluster.confirmed_gone", extra={"cluster_id": cluster_id})


def _is_missed(kept: InventorySnapshot, cluster_id: str) -> bool:
    listed = {each["id"] for each in kept.clusters}
    return cluster_id in kept.known_ours and cluster_id not in listed


def _asked_after(cluster_id: str, cloud: Cloud) -> ClusterGone | None:
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
        # The kept token may be older than the loss.
        return roles <= set(cloud.roles(anew=True))
    except SignInPaused:
        return False
