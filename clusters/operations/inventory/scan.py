"""One complete listing of a cloud project, kept so that workers can share it."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from clusters.cloud.errors import CloudError
from clusters.cloud.types import REQUEST_TAG, Cloud, CloudCluster, LeftOut
from clusters.cloud.unreadable import LONGEST, summary_of
from clusters.domain.events import EventKind
from clusters.domain.matching import ListedCluster, as_uuid
from clusters.models import CloudProject, Cluster, ClusterRequest, InventorySnapshot
from clusters.operations.core.database_clock import database_now, future
from clusters.operations.core.dispatch import enqueue_provisioning
from clusters.operations.core.project_changes import change_of_cloud_project
from clusters.operations.inventory.missing import doubt_about
from clusters.operations.inventory.pagination import list_all_clusters

log = logging.getLogger(__name__)

UNREADABLE: Final = gettext_noop(
    "Some clusters of the list cannot be read and may be those of this portal. Until they"
    " can be, no cluster is taken for missing, and none is created."
)


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """
    A walk that ended. It `is_complete` if nothing of ours is missing without a reason, and
    nothing in it that could not be read may be ours.

    `doubt` says why it does not; `left_out` is what could not be read, a part of a listed
    cluster or a whole row; `roles` are what the IAM user was allowed to do;
    `place_sha256` is the fingerprint of the place that was listed: it says nothing of
    requests that were approved for another one.
    """

    place_sha256: str
    began_at: datetime
    clusters: tuple[CloudCluster, ...]
    is_complete: bool
    doubt: str = ""
    roles: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def hides_ours(self) -> bool:
        """Whether one of ours may be in it and could not be recognised."""
        return any(each.may_be_ours for each in self.left_out)

    @property
    def listed_clusters(self) -> tuple[ListedCluster, ...]:
        """What matching needs."""
        return tuple(ListedCluster.of(cluster) for cluster in self.clusters)

    def by_id(self) -> dict[str, CloudCluster]:
        """Return the clusters under their ids."""
        return {cluster.id: cluster for cluster in self.clusters}


def scan_inventory(cloud_project_id: int, *, cloud: Cloud) -> Inventory:
    """
    List every cluster of this cloud project and keep what was seen.

    :raises CloudError: if the walk did not end; the last good look stays
    """
    began_at = database_now(cloud_project_id)
    try:
        listing = _listing(cloud_project_id, began_at, cloud)
    except CloudError as error:
        InventorySnapshot.objects.update_or_create(
            cloud_project_id=cloud_project_id, defaults={"error": str(error)[:500]}
        )
        raise
    _keep(cloud_project_id, listing)
    return listing


def shared_inventory(
    cloud_project: CloudProject, *, place_sha256: str, max_age: timedelta
) -> tuple[ListedCluster, ...] | None:
    """
    Return what the latest look at this place saw, if it began no longer ago.

    A look of the future, by a clock that was ahead, may be of any age. One that could
    not read what may be ours is not shared: whoever asks has to hear of that.
    """
    kept = InventorySnapshot.objects.filter(
        cloud_project=cloud_project,
        place_sha256=place_sha256,
        began_at__gte=Now() - max_age,
        began_at__lte=future(),
    ).first()
    if kept is None or any(each["may_be_ours"] for each in kept.left_out):
        return None
    return tuple(ListedCluster.from_json(each) for each in kept.clusters)


def _listing(cloud_project_id: int, began_at: datetime, cloud: Cloud) -> Inventory:
    place = cloud.place.fingerprint
    # Before the walk: what is listed now was shown to somebody with these roles.
    roles = cloud.roles()
    listed = list_all_clusters(cloud)
    kept = InventorySnapshot.objects.filter(
        cloud_project_id=cloud_project_id, place_sha256=place
    ).first()
    known = set(kept.known_ours) if kept else set()
    missing = known - {cluster.id for cluster in listed.clusters}
    if missing and cloud.place.enterprise_project_id:
        # No role proves these deletions, but we know of them.
        missing -= _deleted_by_us(cloud_project_id, place, missing)
    doubt = _unreadable(listed.left_out) or doubt_about(
        missing, shown=known - missing, roles=kept.roles if kept else (), cloud=cloud
    )
    return Inventory(
        place_sha256=place,
        began_at=began_at,
        clusters=listed.clusters,
        is_complete=not doubt,
        doubt=doubt,
        roles=roles,
        left_out=listed.left_out,
    )


def _deleted_by_us(
    cloud_project_id: int, place_sha256: str, missing: Iterable[str]
) -> set[str]:
    """Return those of the missing that the cloud let the portal delete."""
    rows = Cluster.objects.at_place(cloud_project_id, place_sha256)
    sent = rows.filter(cloud_id__in=missing, deletion_sent_at__isnull=False)
    return set(sent.values_list("cloud_id", flat=True))


def _unreadable(left_out: Iterable[LeftOut]) -> str:
    """Return why a list with these in it proves nothing; empty where it does."""
    ours = [each for each in left_out if each.may_be_ours]
    if not ours:
        return ""
    first = ours[0].why[:LONGEST]
    log.error("look.unreadable", extra={"clusters": len(ours), "first": first})
    return UNREADABLE


def _keep(cloud_project_id: int, listing: Inventory) -> None:
    kept = {
        "place_sha256": listing.place_sha256,
        "began_at": listing.began_at,
        "ended_at": Now(),
        "is_complete": listing.is_complete,
        "clusters": [each.to_json() for each in listing.listed_clusters],
        "left_out": summary_of(listing.left_out),
        # A list that lacks what is there proves nothing, and somebody has to hear of it.
        "error": listing.doubt,
    }
    row, _made = InventorySnapshot.objects.get_or_create(
        cloud_project_id=cloud_project_id
    )
    kept["known_ours"] = ours = _ours(cloud_project_id, listing)
    if listing.is_complete:
        kept["roles"] = listing.roles
        _end_quarantine(cloud_project_id, listing.began_at)
    else:
        # What came meanwhile must not be missed later without anybody asking why.
        kept["known_ours"] = sorted({*row.known_ours, *ours})
    # The release before kept none. This look does not count for it, the next ones may:
    # else no deletion of then would ever be believed.
    without = InventorySnapshot.objects.filter(
        cloud_project_id=cloud_project_id, roles=[]
    )
    without.update(roles=listing.roles)
    # Of two walks at once the one that began later has seen more, whichever ends last.
    # One of the future, by a clock that was ahead, is older than any.
    is_older = Q(began_at__lte=listing.began_at) | Q(began_at__gt=future())
    is_newest = Q(began_at=None) | is_older
    InventorySnapshot.objects.filter(
        is_newest, cloud_project_id=cloud_project_id
    ).update(**kept)


def _end_quarantine(cloud_project_id: int, began_at: datetime) -> None:
    """What the rows have forgotten, this look has shown: gates may open again."""
    projects = CloudProject.objects.filter(id=cloud_project_id)
    shut = projects.filter(quarantined_at__lt=began_at)
    if shut.exists():
        with change_of_cloud_project(
            cloud_project_id, EventKind.PROJECT_RELEASED, now=began_at
        ):
            shut.update(quarantined_at=None)
        enqueue_provisioning(cloud_project_id)


def _ours(cloud_project_id: int, listing: Inventory) -> list[str]:
    """Return the ids of listed clusters that a row of this place knows."""
    clusters = listing.clusters
    place = (cloud_project_id, listing.place_sha256)
    tagged = {
        request_id: cluster.id
        for cluster in clusters
        if (request_id := as_uuid(cluster.tag(REQUEST_TAG)))
    }
    asked = ClusterRequest.objects.at_place(*place).filter(id__in=tagged)
    by_tag = asked.values_list("id", flat=True)
    listed = [cluster.id for cluster in clusters]
    by_id = Cluster.objects.at_place(*place).filter(cloud_id__in=listed)
    return sorted(
        {tagged[request_id] for request_id in by_tag}
        | set(by_id.values_list("cloud_id", flat=True))
    )
