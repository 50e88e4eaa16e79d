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
from clusters.models import CloudProject, ClusterRequest
from clusters.models.people import viewer_of
from clusters.operations.core.backoff import apply_project_error
from clusters.operations.core.dispatch import enqueue_deletion
from clusters.operations.core.errors import MoveNotAllowed, NotAllowed
from clusters.operations.core.expected import OWNER, Expected, amend
from clusters.operations.core.history import record_event
from clusters.operations.inventory.scan import scan_inventory

if TYPE_CHECKING:
    from django.contrib.auth.models import User


log = logging.getLogger(__name__)

_BROKEN: Final = ("cluster_id", "cluster_gone_at", "error_code")
"""What says that there is a broken cluster, and which."""

_LEASE: Final = ("cluster_id", "deletion_due_at")
"""Which cluster a worker is at, and until when it is the only one."""

AT_ONCE: Final = 20
"""How many due deletions of one cloud project one sweep enqueues."""


class NameMistyped(Exception):
    """The name that was typed to confirm is not the name of the cluster."""


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
    with transaction.atomic():
        amend(
            cluster_request.id,
            Expected.of(cluster_request, *OWNER, *_BROKEN, deletion_due_at=None),
            State.FAILED,
            deletion_due_at=Now(),
            deletion_tries=0,
            deletion_sent_at=None,
        )
        data = {"cluster_id": cluster_request.cluster_id, "comment": comment}
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
    """Enqueue due deletions; the next sweep repeats a message that was lost."""
    due = ClusterRequest.objects.with_due_deletion()
    running = CloudProject.objects.running()
    projects = running.filter(id__in=due.values("cloud_project_id"))
    for project_id in projects.values_list("id", flat=True):
        rows = due.filter(cloud_project_id=project_id).order_by("deletion_due_at")
        for request_id in rows.values_list("id", flat=True)[:AT_ONCE]:
            enqueue_deletion(project_id, request_id)


def run_deletion(
    request_id: UUID, *, cloud: Cloud, engine: EngineSettings, now: datetime
) -> None:
    """
    Do one step of a requested deletion: read the cluster, delete it, or record its end.

    A cluster that works, or has the tag of another request, is not deleted. Errors of the
    cloud are not raised: the step is tried again after a back-off.
    """
    due = ClusterRequest.objects.with_due_deletion().filter(id=request_id)
    if not due.update(
        deletion_due_at=Now() + engine.claim, deletion_tries=F("deletion_tries") + 1
    ):
        return
    row = ClusterRequest.objects.get(id=request_id)
    try:
        _refuse_other_place(row, cloud)
        _step(row, cloud, engine, now)
    except MoveNotAllowed:
        # The lease ran out and another worker has taken it; the other worker continues.
        log.info("deletion.late", extra={"request_id": str(request_id)})
    except CloudError as error:
        apply_project_error(row.cloud_project_id, error, engine=engine, now=now)
        _put_off(row, engine, error, now)


def _put_off(
    row: ClusterRequest, engine: EngineSettings, error: CloudError, now: datetime
) -> None:
    with contextlib.suppress(MoveNotAllowed):
        _write(row, deletion_due_at=Now() + engine.back_off(row.deletion_tries))
        _record_once(row, EventKind.DELETION_FAILED, now, because=str(error)[:500])


def _refuse_other_place(row: ClusterRequest, cloud: Cloud) -> None:
    if row.place_sha256 != cloud.place.fingerprint:
        raise CloudError(
            gettext_noop("The cloud project is connected to another place now.")
        )


def _step(
    row: ClusterRequest, cloud: Cloud, engine: EngineSettings, now: datetime
) -> None:
    try:
        cluster = cloud.cluster(row.cluster_id)
    except ClusterGone as gone:
        _refuse_doubt(row, gone, cloud)
        _write(row, deletion_due_at=None, cluster_gone_at=now)
        _record_once(row, EventKind.DELETION_DONE, now)
        return
    _refuse_garbled(cluster)
    if _is_protected(row, cluster):
        _write(row, deletion_due_at=None)
        _record_once(row, EventKind.DELETION_REFUSED, now, status=cluster.raw_status)
        return
    if row.deletion_sent_at is None:
        cloud.delete(row.cluster_id)
        _write(row, deletion_sent_at=now)
        _record_once(row, EventKind.DELETION_SENT, now)
    _write(row, deletion_due_at=Now() + timedelta(seconds=engine.poll_seconds))


def _refuse_doubt(row: ClusterRequest, gone: ClusterGone, cloud: Cloud) -> None:
    """
    Check that a cluster without a detail answer is really deleted.

    A 403 `CSS.0015` ("unknown or access denied") before the portal has sent a DELETE proves
    nothing by itself; then only a complete scan without the cluster does.

    :raises CloudError: if it is not known that the cluster is gone
    """
    if gone.is_proven or row.deletion_sent_at:
        return
    listing = scan_inventory(row.cloud_project_id, cloud=cloud)
    if not listing.counts or row.cluster_id in listing.by_id():
        raise AnswerUnreadable(listing.doubt or str(gone))


def _refuse_garbled(cluster: CloudCluster) -> None:
    """
    Check that the cluster's state and tags could be read; otherwise it is not deleted.

    :raises AnswerUnreadable: with what could not be read
    """
    for part, sentence in cluster.garbled:
        if part in ("status", "actions", "instances", "endpoint", "tags"):
            raise AnswerUnreadable(sentence[:LONGEST])


def _is_protected(row: ClusterRequest, cluster: CloudCluster) -> bool:
    return cluster.is_ready or cluster.tag(REQUEST_TAG) not in ("", str(row.id))


def _write(row: ClusterRequest, **changes: Any) -> None:
    """
    Change the row, if this worker's lease is still the one that counts.

    :raises MoveNotAllowed: if it is not
    """
    amend(row.id, Expected.of(row, *_LEASE), State.FAILED, **changes)


def _record_once(
    row: ClusterRequest, kind: EventKind, now: datetime, **words: Any
) -> None:
    """Write an event, unless the request's last event has the same kind and data."""
    data = {"cluster_id": row.cluster_id, **words}
    log.info(kind.value, extra={"request_id": str(row.id), **data})
    last = row.events.order_by("-seq").first()
    if last is None or (last.kind, last.data) != (kind, data):
        record_event(row.id, kind, now=now, data=data)
