"""Delete the broken cluster that a failed request left behind."""

import contextlib
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clusters.cloud.errors import AnswerUnreadable, CloudError, ClusterGone
from clusters.cloud.types import REQUEST_TAG, Cloud, CloudCluster
from clusters.cloud.unreadable import LONGEST
from clusters.domain.engine_settings import EngineSettings
from clusters.domain.events import EventKind
from clusters.domain.permissions import may_act
from clusters.domain.states import State
from clusters.models import CloudProject, Cluster, ClusterRequest
from clusters.models.people import viewer_of
from clusters.operations.core.backoff import apply_project_error
from clusters.operations.core.cluster_rows import (
    amend_cluster,
    amend_with_cluster,
    cluster_of,
    lock_request,
)
from clusters.operations.core.dispatch import enqueue_deletion
from clusters.operations.core.errors import MoveNotAllowed, NotAllowed
from clusters.operations.core.expected import OWNER, Expected
from clusters.operations.core.history import record_event
from clusters.operations.inventory.scan import scan_inventory

if TYPE_CHECKING:
    from django.contrib.auth.models import User


log = logging.getLogger(__name__)

AT_ONCE: Final = 20
"""How many due deletions of one cloud project one pass of the sweep asks for."""


class NameMistyped(Exception):
    """The name that was typed to confirm is not that of the cluster."""


def request_deletion(
    cluster_request: ClusterRequest,
    *,
    by: "User",
    name: str,
    now: datetime,
    comment: str = "",
) -> None:
    """
    Have a worker delete the broken cluster; `name` is typed to confirm.

    :raises NotAllowed: if this person is neither the requester nor an operator
    :raises MoveNotAllowed: if there is no broken cluster, or its deletion is under way
    :raises NameMistyped: if the name is another one
    """
    _refuse_deletion(cluster_request, by, name)
    cluster = cluster_of(cluster_request)
    with transaction.atomic():
        broken = Expected.of(cluster_request, *OWNER, "cluster_id", "error_code")
        lock_request(cluster_request.id, broken, State.FAILED)
        amend_cluster(
            cluster.pk,
            Expected.of(cluster, "gone_at", deletion_due_at=None),
            deletion_due_at=Now(),
            deletion_tries=0,
            deletion_sent_at=None,
        )
        data = {"cluster_id": cluster.cloud_id, "comment": comment}
        record_event(
            cluster_request.id, EventKind.DELETION_ORDERED, now=now, actor=by, data=data
        )
    enqueue_deletion(cluster_request.cloud_project_id, cluster_request.id)


def _refuse_deletion(cluster_request: ClusterRequest, by: "User", name: str) -> None:
    if not may_act(viewer_of(by), requester_id=cluster_request.requester_id):
        raise NotAllowed(_("Only the requester or an operator can delete it."))
    if not cluster_request.has_broken_cluster or cluster_request.is_being_deleted:
        raise MoveNotAllowed(_("There is no broken cluster to delete here."))
    if not cluster_request.cloud_project.is_connected:
        raise MoveNotAllowed(
            _("This cloud project has no credentials. Connect it first.")
        )
    if name != cluster_request.name:
        raise NameMistyped(
            _("Type the name of the cluster exactly: %(name)s")
            % {"name": cluster_request.name}
        )


def enqueue_due_deletions() -> None:
    """Ask for what is due: a lost message costs a deletion one sweep."""
    due = Cluster.objects.with_due_deletion()
    running = CloudProject.objects.running()
    projects = running.filter(id__in=due.values("cloud_project_id"))
    for project_id in projects.values_list("id", flat=True):
        first = due.filter(cloud_project_id=project_id).order_by("deletion_due_at")
        rows = ClusterRequest.objects.filter(
            state=State.FAILED,
            cluster_id__in=list(first.values_list("pk", flat=True)[:AT_ONCE]),
        ).order_by("cluster__deletion_due_at")
        for request_id in rows.values_list("id", flat=True):
            enqueue_deletion(project_id, request_id)


def run_deletion(
    request_id: UUID, *, cloud: Cloud, engine: EngineSettings, now: datetime
) -> None:
    """
    Bring one ordered deletion a step on: look, delete what is broken, see it gone.

    A cluster that works by now, or carries somebody else's tag, is left alone.
    """
    row = _take_lease(request_id, engine)
    if row is None:
        return
    try:
        _refuse_other_place(row, cloud)
        _step(row, cloud, engine, now)
    except MoveNotAllowed:
        # The lease ran out, and another worker is at it: its word counts.
        log.info("deletion.late", extra={"request_id": str(request_id)})
    except CloudError as error:
        apply_project_error(row.cloud_project_id, error, engine=engine, now=now)
        _put_off(row, engine, error, now)


def _take_lease(request_id: UUID, engine: EngineSettings) -> ClusterRequest | None:
    """Keep other workers off a due deletion for a while; None where it is not due."""
    rows = ClusterRequest.objects.select_related("cluster").filter(id=request_id)
    row = rows.filter(cluster__isnull=False).first()
    if row is None:
        return None
    due = Expected({"gone_at": None, "deletion_due_at__lte": Now()})
    try:
        amend_with_cluster(
            row,
            State.FAILED,
            cluster_expected=due,
            deletion_due_at=Now() + engine.claim,
            deletion_tries=F("deletion_tries") + 1,
        )
    except MoveNotAllowed:
        return None
    return rows.get()


def _put_off(
    row: ClusterRequest, engine: EngineSettings, error: CloudError, now: datetime
) -> None:
    with contextlib.suppress(MoveNotAllowed):
        tries = cluster_of(row).deletion_tries
        _write(row, deletion_due_at=Now() + engine.back_off(tries))
        _record_once(row, EventKind.DELETION_FAILED, now, because=str(error)[:500])


def _refuse_other_place(row: ClusterRequest, cloud: Cloud) -> None:
    if row.place_sha256 != cloud.place.fingerprint:
        raise CloudError(
            gettext_noop("The cloud project is connected to another place now.")
        )


def _step(
    row: ClusterRequest, cloud: Cloud, engine: EngineSettings, now: datetime
) -> None:
    kept = cluster_of(row)
    try:
        cluster = cloud.cluster(kept.cloud_id)
    except ClusterGone as gone:
        _refuse_doubt(row, gone, cloud)
        _write(row, deletion_due_at=None, gone_at=now)
        _record_once(row, EventKind.DELETION_DONE, now)
        return
    _refuse_garbled(cluster)
    if _is_protected(row, cluster):
        _write(row, deletion_due_at=None)
        _record_once(row, EventKind.DELETION_REFUSED, now, status=cluster.raw_status)
        return
    if kept.deletion_sent_at is None:
        cloud.delete(kept.cloud_id)
        _write(row, deletion_sent_at=now)
        _record_once(row, EventKind.DELETION_SENT, now)
    _write(row, deletion_due_at=Now() + timedelta(seconds=engine.poll_seconds))


def _refuse_doubt(row: ClusterRequest, gone: ClusterGone, cloud: Cloud) -> None:
    """
    "Unknown or access denied" before anything was deleted: only a look that counts tells.

    :raises CloudError: if it is not known that the cluster is gone
    """
    kept = cluster_of(row)
    if gone.is_proven or kept.deletion_sent_at:
        return
    listing = scan_inventory(row.cloud_project_id, cloud=cloud)
    if not listing.is_complete or kept.cloud_id in listing.by_id():
        raise AnswerUnreadable(listing.doubt or str(gone))


def _refuse_garbled(cluster: CloudCluster) -> None:
    """
    A cluster of which it is not known whether it works, or whose it is, stays.

    :raises AnswerUnreadable: with what could not be read
    """
    for part, sentence in cluster.garbled:
        if part in ("status", "actions", "instances", "endpoint", "tags"):
            raise AnswerUnreadable(sentence[:LONGEST])


def _is_protected(row: ClusterRequest, cluster: CloudCluster) -> bool:
    return cluster.is_ready or cluster.tag(REQUEST_TAG) not in ("", str(row.id))


def _write(row: ClusterRequest, **changes: Any) -> None:
    """
    Change the cluster's row, if this worker's lease is still the one that counts.

    :raises MoveNotAllowed: if it is not
    """
    lease = Expected.of(cluster_of(row), "deletion_due_at")
    amend_with_cluster(row, State.FAILED, cluster_expected=lease, **changes)


def _record_once(
    row: ClusterRequest, kind: EventKind, now: datetime, **words: Any
) -> None:
    """Write an event, unless the last one of its kind says the same."""
    data = {"cluster_id": row.cloud_id, **words}
    log.info(kind.value, extra={"request_id": str(row.id), **data})
    last = row.events.order_by("-seq").first()
    if last is None or (last.kind, last.data) != (kind, data):
        record_event(row.id, kind, now=now, data=data)
