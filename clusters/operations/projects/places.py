"""The place of a cloud project: fixed by the first approval of a request for it."""

from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone
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
from clusters.operations.core.history_opening import opened_history
from clusters.operations.core.project_changes import change_of_cloud_project
from clusters.operations.core.project_columns import PLACE_FIELDS


class PlaceFixed(Exception):
    """
    The place would change, although a request was approved for it.

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
    Compare the stored place with the values of `PLACE_FIELDS` in `wanted`.

    :raises PlaceFixed: if they differ and a request was approved for the stored place
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
    # Where the project id is known and equal, name and domain may be left out or differ.
    same_id = project.project_id and wanted.get("project_id") == project.project_id
    if name == "project_name":
        return bool(same_id and not wanted[name]) or wanted[name] == stored
    if name == "project_domain":
        return bool(same_id) or wanted[name] == stored
    return bool(wanted[name] == stored)


def require_approved_place(project: CloudProject, *, place_sha256: str | None) -> None:
    """
    Check before an approval that the place is known and is the one that was shown.

    `place_sha256` is the fingerprint of the place that was shown, None to skip that check.

    :raises PlaceUnknown: if the project id is not known yet
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
    Fix the place, as of the caller's commit, and return its fingerprint.

    The UPDATE compares every column of the place with what the caller has read, so a
    concurrent change of the place either comes first and is noticed, or is refused.

    :raises PlaceChanged: if the cloud project has another place
    """
    here = CloudProject.objects.filter(pk=project.pk).at_place(project.place)
    fixed_now = 0
    if project.place_fixed_at is None:
        with change_of_cloud_project(
            project.pk, EventKind.PROJECT_PLACE_FIXED, now=now
        ):
            not_fixed = here.filter(place_fixed_at=None)
            fixed_now = not_fixed.update(place_fixed_at=now)
    if not fixed_now and not here.filter(place_fixed_at__isnull=False).exists():
        raise PlaceChanged(_changed())
    return project.place.fingerprint


def learn_project_id(
    cloud_project_id: int, *, credentials_version: int, project_id: str
) -> None:
    """
    Store the project id that a login with these credentials has returned.

    Also writes the fingerprint of the now complete place to the decisions, requests,
    attempts and the snapshot that earlier versions have stored without it.
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
        # Otherwise the next scan would not compare itself with what this one has shown.
        InventorySnapshot.objects.filter(cloud_project=project, place_sha256=""),
    ):
        rows.update(place_sha256=place_sha256)
    write_place_of_history(
        project,
        Attempt.objects.filter(request__cloud_project=project, place_sha256=""),
        Decision.objects.filter(id__in=list(decisions.values_list("id", flat=True))),
        why=_LEARNED,
        via="learn_project_id",
    )


_LEARNED: Final = (
    "The cloud told the project id, which completes the place of what an earlier version"
    " has stored without it."
)


def write_place_of_history(
    project: CloudProject, *history: QuerySet[Any], why: str, via: str
) -> None:
    """
    Write the project's present place to these decisions and attempts, if there are any.

    Opens the history for it, with the event that `opened_history` writes.
    """
    if not any(rows.exists() for rows in history):
        return
    data = {"cloud_project": project.name}
    with opened_history(why=why, now=timezone.now(), via=via, data=data):
        for rows in history:
            rows.update(place_sha256=project.place.fingerprint)


def _changed() -> str:
    return _(
        "The cloud project was connected to another place meanwhile. Read the request "
        "once more."
    )
