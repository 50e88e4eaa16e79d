"""Pause and resume a cloud project. While paused, no gate opens and no login is made."""

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from clusters.domain.engine_settings import MAX_BACK_OFF_SECONDS
from clusters.domain.events import EventKind
from clusters.domain.states import State
from clusters.models import CloudProject, ClusterRequest
from clusters.models.cloud_project import PausedBy
from clusters.operations.core.dispatch import enqueue_provisioning
from clusters.operations.core.errors import MoveNotAllowed
from clusters.operations.core.guards import require_operator
from clusters.operations.core.project_changes import change_of_cloud_project
from clusters.operations.projects.refresh_pace import request_refresh_after_change

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet


log = logging.getLogger(__name__)


class NotConnected(MoveNotAllowed):
    """There are no credentials to sign in with."""


def pause_cloud_project(
    cloud_project: CloudProject, *, by: "User", reason: str, now: datetime
) -> None:
    """
    Pause a cloud project until a person resumes it; `reason` is cut to 500 characters.

    :raises NotAllowed: if this person is no operator
    :raises MoveNotAllowed: if it is paused already
    """
    require_operator(by)
    rows = CloudProject.objects.filter(id=cloud_project.id, paused_at=None)
    with change_of_cloud_project(
        cloud_project.id, EventKind.PROJECT_PAUSED, now=now, by=by
    ):
        paused = rows.update(
            paused_at=now,
            paused_by=PausedBy.PERSON,
            paused_reason=reason[:500],
            paused_person=by,
        )
    if not paused:
        raise MoveNotAllowed(_("This cloud project is paused already."))
    log.info("cloud_project.paused", extra={"cloud_project": cloud_project.name})


def resume_cloud_project(
    cloud_project: CloudProject, *, by: "User", now: datetime
) -> None:
    """
    Resume a cloud project: new token, no back-offs, and its catalog is read again.

    :raises NotAllowed: if this person is no operator
    :raises NotConnected: if there are no credentials
    :raises MoveNotAllowed: if it is not paused, or was paused for another reason since it
        was read
    """
    require_operator(by)
    if not cloud_project.is_connected:
        raise NotConnected(
            _("This cloud project has no credentials. Connect it first.")
        )
    if not cloud_project.is_paused:
        raise MoveNotAllowed(_("This cloud project is not paused."))
    with change_of_cloud_project(
        cloud_project.id, EventKind.PROJECT_RESUMED, now=now, by=by
    ):
        resumed = _with_this_pause(cloud_project).update(
            paused_at=None,
            paused_by=PausedBy.NOBODY,
            paused_reason="",
            paused_person=None,
            due_at=None,
            credentials_version=F("credentials_version") + 1,
        )
    if not resumed:
        raise MoveNotAllowed(
            _("This cloud project changed meanwhile. Read why, then resume it again.")
        )
    clear_back_offs(cloud_project)
    log.info(
        "cloud_project.resumed",
        extra={"cloud_project": cloud_project.name, "at": now.isoformat()},
    )
    enqueue_provisioning(cloud_project.id)
    request_refresh_after_change(cloud_project.id)


def _with_this_pause(cloud_project: CloudProject) -> "QuerySet[CloudProject]":
    """Return the row only if it still has the pause that the person has read."""
    return CloudProject.objects.filter(
        id=cloud_project.id,
        paused_at__isnull=False,
        paused_by=cloud_project.paused_by,
        paused_reason=cloud_project.paused_reason,
        credentials_version=cloud_project.credentials_version,
    )


def clear_back_offs(cloud_project: CloudProject) -> None:
    """
    Make approved requests that back off due at once, and reset their failure counts.

    Earlier failures and refused tokens say nothing about the new credentials. A due time
    further ahead than any back-off stays, such as `NEVER` of the demo's showcase.
    """
    rows = ClusterRequest.objects.filter(cloud_project=cloud_project)
    rows.filter(token_refusals__gt=0).update(token_refusals=0)
    backing_off = Now() + timedelta(seconds=2 * MAX_BACK_OFF_SECONDS)
    waiting = rows.filter(state=State.APPROVED, due_at__lte=backing_off)
    waiting.update(due_at=None, failures=0)
