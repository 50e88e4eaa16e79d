"""What a listing shows of the cloud itself, of second clusters, and of late ones."""

import logging
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from clusters.cloud.types import REQUEST_TAG, CloudCluster
from clusters.domain.events import EventKind
from clusters.domain.matching import as_uuid, match
from clusters.domain.spec_json import from_json
from clusters.domain.states import State, Verb
from clusters.models import Attempt, CloudProject, ClusterRequest
from clusters.models.attempt import named_cluster
from clusters.models.cloud_project import Known
from clusters.operations.core.cluster_rows import take_up_cluster
from clusters.operations.core.columns import CLEARED_ERROR
from clusters.operations.core.errors import MoveNotAllowed
from clusters.operations.core.expected import BYTES, Expected
from clusters.operations.core.project_changes import change_of_cloud_project
from clusters.operations.inventory.scan import Inventory
from clusters.operations.provisioning.duplicates import alarm_duplicate

log = logging.getLogger(__name__)

WATCHED_FOR: Final = timedelta(hours=24)
"""How long after an unknown attempt its cluster may still show up."""

COULD_BE_LATE: Final = (State.APPROVED, State.FAILED, State.CANCELLED)


def detect_capabilities(project: CloudProject, listing: Inventory) -> None:
    """
    Save whether this cloud keeps tags and whether it refuses equal names.

    `project` gets the new values, too. What this listing does not tell stays as it is.
    """
    keeps_tags = _keeps_tags(project, listing) or project.keeps_tags
    names_unique = _names_unique(listing) or project.names_unique
    # Only what changed: a listing that began earlier must not write back older values.
    changes = {}
    if keeps_tags != project.keeps_tags:
        changes["keeps_tags"] = keeps_tags
    if names_unique != project.names_unique:
        changes["names_unique"] = names_unique
    if changes:
        with change_of_cloud_project(
            project.pk, EventKind.PROJECT_LEARNED, now=listing.began_at
        ):
            CloudProject.objects.filter(pk=project.pk).update(**changes)
    project.keeps_tags, project.names_unique = keeps_tags, names_unique


def _names_unique(listing: Inventory) -> str:
    """Return NO where one name is there twice: that proves it. Nothing proves YES."""
    # A name that could not be read is empty here.
    names = [cluster.name for cluster in listing.clusters if cluster.name]
    return Known.NO if len(set(names)) < len(names) else Known.UNKNOWN


def _keeps_tags(project: CloudProject, listing: Inventory) -> str:
    """Return what the tags of the clusters say whose requests are known by their ids."""
    clusters = listing.by_id()
    rows = ClusterRequest.objects.at_place(project.pk, listing.place_sha256)
    known = rows.filter(cluster__cloud_id__in=list(clusters))
    # One tag that is there proves it; one that is not, a person may have taken away.
    kept = [
        clusters[cluster_id].tag(REQUEST_TAG) == str(request_id)
        for request_id, cluster_id in known.values_list("id", "cluster__cloud_id")
        if not clusters[cluster_id].is_garbled("tags")
    ]
    if not kept:
        return Known.UNKNOWN
    return Known.YES if any(kept) else Known.NO


def alarm_duplicates(
    project: CloudProject, listing: Inventory, *, now: datetime
) -> None:
    """Raise the alarm for each second cluster that carries the tag of a request."""
    tagged: defaultdict[UUID, list[CloudCluster]] = defaultdict(list)
    for cluster in listing.clusters:
        if request_id := as_uuid(cluster.tag(REQUEST_TAG)):
            tagged[request_id].append(cluster)
    rows = ClusterRequest.objects.at_place(project.pk, listing.place_sha256)
    known_ids = rows.filter(id__in=tagged, cluster__isnull=False)
    for request_id, known in known_ids.values_list("id", "cluster__cloud_id"):
        for cluster in tagged[request_id]:
            if cluster.id != known:
                alarm_duplicate(request_id, cluster.id, known=known, now=now)


def adopt_late_clusters(
    project: CloudProject, listing: Inventory, *, now: datetime
) -> None:
    """
    Adopt clusters of requests that were taken to have none, by an answer or their tag.

    Looked for in the attempts of the last 24 hours, which are few; failed requests of
    years are many. An answer may have named the cluster after its request had moved on.
    """
    made = Attempt.objects.that_may_have_or_has_created()
    lately = made.filter(sent_at__gt=now - WATCHED_FOR)
    late = ClusterRequest.objects.at_place(project.pk, listing.place_sha256).filter(
        id__in=lately.values("request_id"),
        state__in=COULD_BE_LATE,
        cluster=None,
    )
    for row in late.prefetch_related("attempts"):
        if cluster_id := _late_cluster(row, listing):
            _adopt_late(row, cluster_id, now)


def _late_cluster(row: ClusterRequest, listing: Inventory) -> str:
    """Return the id of its listed cluster; empty where none is."""
    named = named_cluster(row.attempts.all())
    if named in listing.by_id():
        return named
    verdict = match(
        row.id,
        from_json(row.spec),
        listing.listed_clusters,
        asked_at=row.created_at,
        clean=False,
    )
    return verdict.cluster_id


def _adopt_late(row: ClusterRequest, cluster_id: str, now: datetime) -> None:
    columns = {**CLEARED_ERROR, "needs": "", "due_at": None}
    seen = Expected.of(row, *BYTES, "cluster_id")
    data = {"cluster_id": cluster_id}
    how: dict[str, Any] = {"now": now, "expected": seen, "data": data}
    try:
        take_up_cluster(row.id, Verb.FOUND, cluster_id, **how, **columns)
    except MoveNotAllowed:
        log.info("find.late", extra={"request_id": str(row.id)})
