"""The place of a cloud project: it never moves once a request was approved for it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from clusters.domain.events import EventKind
from clusters.models import (
    Attempt,
    CloudProject,
    Cluster,
    ClusterRequest,
    Decision,
    InventorySnapshot,
)
from clusters.operations.core.errors import PlaceChanged, PlaceUnknown
from clusters.operations.core.project_changes import change_of_cloud_project
from clusters.operations.core.project_columns import PLACE_FIELDS


class PlaceFixed(Exception):
    """
    Somebody wants to move a cloud project for which a request was approved.

    `fields` are the columns that would change.
    """

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(
            _(
                "The place of a cloud project (region, addresses, account, project, "
                "enterprise project) cannot change once a request was approved for it. "
                "Connect another cloud project for another place."
            )
        )
        self.fields = fields


def require_unmoved_place(project: CloudProject, wanted: dict[str, Any]) -> None:
    """
    Compare the stored place with wanted values of `PLACE_FIELDS`.

    :raises PlaceFixed: if they differ and a request was approved for the stored one
    """
    if project.place_fixed_at is None:
        return
    moved = tuple(
        name
        for name in PLACE_FIELDS
        if name in wanted and not _stays(project, name, wanted)
    )
    if moved:
        raise PlaceFixed(moved)


def _stays(project: CloudProject, name: str, wanted: dict[str, Any]) -> bool:
    stored = getattr(project, name)
    # The id decides where it is known: then the name is only another way to say it.
    same_id = project.project_id and wanted.get("project_id") == project.project_id
    if name == "project_name":
        return bool(same_id and not wanted[name]) or wanted[name] == stored
    if name == "project_domain":
        return bool(same_id) or wanted[name] == stored
    return bool(wanted[name] == stored)


def require_approved_place(project: CloudProject, *, place_sha256: str | None) -> None:
    """
    Let nobody approve for a place that is not known, or not the one that they saw.

    `place_sha256` is None where a caller does not say what it saw.

    :raises PlaceUnknown: if the project id was not learned yet
    :raises PlaceChanged: if the fingerprint is another one
    """
    known = project.place.fingerprint
    if not known:
        raise PlaceUnknown(
            _(
                "The portal has not signed in to this cloud project yet, so it does not "
                "know the project's id. Nothing can be approved until then."
            )
        )
    if place_sha256 not in (None, known):
        raise PlaceChanged(_changed())


def fix_place(project: CloudProject, *, now: datetime) -> str:
    """
    Keep the place from moving, from the caller's commit on; returns its fingerprint.

    Compares every column of the place that the caller read, on the row itself: whoever
    moves it at the same time wins or loses as a whole.

    :raises PlaceChanged: if the cloud project is somewhere else by now
    """
    here = CloudProject.objects.filter(pk=project.pk).at_place(project.place)
    fixed_now = 0
    if project.place_fixed_at is None:
        with change_of_cloud_project(
            project.pk, EventKind.PROJECT_PLACE_FIXED, now=now
        ):
            loose = here.filter(place_fixed_at=None)
            fixed_now = loose.update(place_fixed_at=now)
    if not fixed_now and not here.filter(place_fixed_at__isnull=False).exists():
        raise PlaceChanged(_changed())
    return project.place.fingerprint


def learn_project_id(
    cloud_project_id: int, *, credentials_version: int, project_id: str
) -> None:
    """
    Store the project id that a sign-in with these credentials has told.

    Completes the place, also in what was approved before ids were kept.
    """
    rows = CloudProject.objects.filter(
        pk=cloud_project_id, credentials_version=credentials_version, project_id=""
    )
    with change_of_cloud_project(cloud_project_id, EventKind.PROJECT_LEARNED):
        if rows.update(project_id=project_id):
            _complete(CloudProject.objects.get(pk=cloud_project_id))


def _complete(project: CloudProject) -> None:
    place_sha256 = project.place.fingerprint
    decisions = Decision.objects.standing_approvals().filter(
        request__cloud_project=project, place_sha256=""
    )
    requests = ClusterRequest.objects.filter(
        cloud_project=project, place_sha256="", decisions__in=decisions
    )
    request_ids = list(requests.values_list("id", flat=True))
    for rows in (
        ClusterRequest.objects.filter(id__in=request_ids),
        Cluster.objects.filter(place_sha256="", requests__in=request_ids),
        Attempt.objects.filter(request__cloud_project=project, place_sha256=""),
        # What it has shown must not be forgotten: a list without it does not count.
        InventorySnapshot.objects.filter(cloud_project=project, place_sha256=""),
        Decision.objects.filter(id__in=list(decisions.values_list("id", flat=True))),
    ):
        rows.update(place_sha256=place_sha256)


def _changed() -> str:
    return _(
        "The cloud project was connected to another place meanwhile. Read the request "
        "once more."
    )
