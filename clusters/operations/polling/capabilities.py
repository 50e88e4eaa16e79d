"""What each complete listing teaches about a cloud project, and what it shows late."""

import logging
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from clusters.cloud.types import REQUEST_TAG, CloudCluster
from clusters.domain.matching import as_uuid, match
from clusters.domain.spec_json import from_json
from clusters.domain.states import State, Verb
from clusters.models import Attempt, CloudProject, ClusterRequest
from clusters.models.cloud_project import Known
from clusters.operations.core.cluster_rows import take_up_cluster
from clusters.operations.core.expected import BYTES, Expected
from clusters.operations.core.project_changes import LEARNED, change_of_cloud_project
from clusters.operations.core.transitions import MoveNotAllowed
from clusters.operations.inventory.scan import Inventory
from clusters.operations.provisioning.answer import NO_WORDS, named_cluster
from clusters.operations.provisioning.duplicates import alarm_duplicate

log = logging.getLogger(__name__)

WATCHED_FOR: Final = timedelta(hours=24)
"""How long after an unknown attempt its cluster may still show up."""

COULD_BE_LATE: Final = (State.APPROVED, State.FAILED, State.CANCELLED)


def detect_capabilities(project: CloudProject, listing: Inventory) -> None:
    """
    Remember whether this cloud keeps tags and refuses equal names.

    Tags are judged by the clusters whose ids we know; of names two equal ones are proof.
    """
    # Only what was learned: else an older look writes back what it had read.
    learned = {}
    if keeps_tags := _keeps_tags(project, listing):
        learned["keeps_tags"] = keeps_tags
    # A name that could not be read is empty here.
    names = Counter(cluster.name for cluster in listing.clusters if cluster.name)
    if names and max(names.values()) > 1:
        learned["names_unique"] = Known.NO.value
    if all(getattr(project, name) == value for name, value in learned.items()):
        return
    with change_of_cloud_project(project.pk, LEARNED, now=listing.began_at):
        CloudProject.objects.filter(pk=project.pk).update(**learned)
    for name, value in learned.items():
        setattr(project, name, value)


def _keeps_tags(project: CloudProject, listing: Inventory) -> str:
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
    """Tell of every second cluster that carries the tag of one of our requests."""
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
    """Take up clusters of requests that we thought had none; by an answer or their tag."""
    # By their attempts: a day has few of those, and years have many failed requests. An
    # answer may have named the cluster when nobody waited for it any more.
    made = Attempt.objects.that_may_have_or_has_created()
    lately = made.filter(sent_at__gt=now - WATCHED_FOR)
    late = ClusterRequest.objects.at_place(project.pk, listing.place_sha256).filter(
        id__in=lately.values("request_id"),
        state__in=COULD_BE_LATE,
        cluster=None,
    )
    for row in late.prefetch_related("attempts"):
        if cluster_id := _late_cluster(row, listing):
            _found(row, cluster_id, now)


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


def _found(row: ClusterRequest, cluster_id: str, now: datetime) -> None:
    columns = {**NO_WORDS, "needs": "", "due_at": None}
    seen = Expected.of(row, *BYTES, "cluster_id")
    data = {"cluster_id": cluster_id}
    how: dict[str, Any] = {"now": now, "expected": seen, "data": data}
    try:
        take_up_cluster(row.id, Verb.FOUND, cluster_id, **how, **columns)
    except MoveNotAllowed:
        log.info("find.late", extra={"request_id": str(row.id)})
