"""Save where a cloud project is and how to sign in to it."""

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F

from clusters.cloud.hosts import AllowedHosts
from clusters.cloud.place import Place
from clusters.domain.events import EventKind
from clusters.models import CatalogSnapshot, CloudProject, InventorySnapshot
from clusters.models.cloud_project import CloudDialect, Known, PausedBy
from clusters.operations.core.project_changes import change_of_cloud_project
from clusters.operations.projects.credentials import (
    AddressNotAllowed,
    PasswordNeeded,
    require_allowed_hosts,
    require_same_secret_use,
)
from clusters.operations.projects.pause import begin_anew
from clusters.operations.projects.places import PlaceFixed, require_unmoved_place
from clusters.operations.projects.spelling import in_stored_spelling

if TYPE_CHECKING:
    from django.contrib.auth.models import User

__all__ = [
    "AddressNotAllowed",
    "Connection",
    "PasswordNeeded",
    "PlaceFixed",
    "require_unmoved_connection",
    "save_connection",
]


@dataclass(frozen=True, kw_only=True)
class Connection:
    """What `connect_cloud` was told; field names are those of the row."""

    region: str
    domain_name: str
    username: str
    project_name: str
    project_id: str
    iam_url: str
    css_url: str
    vpc_url: str
    api_version: str
    enterprise_project_id: str = ""
    project_domain: str = ""
    dialect: str = CloudDialect.HUAWEI


_RESUMED = {
    "paused_at": None,
    "paused_by": PausedBy.NOBODY,
    "paused_reason": "",
    "paused_person": None,
    "due_at": None,
}


NOBODY: Final = AllowedHosts()

_UNKNOWN_PLACE: Final = {"keeps_tags": Known.UNKNOWN, "names_unique": Known.UNKNOWN}
"""What looks at one place have taught, forgotten for another one."""


def save_connection(
    name: str,
    connection: Connection,
    *,
    sealed_password: str = "",
    hosts: AllowedHosts = NOBODY,
    by: "User | None" = None,
    via: str = "",
) -> CloudProject:
    """
    Create or update the cloud project of this name, and resume it.

    The admin and `connect_cloud` both save by this function, and say who did it, or by
    which command; the event has the old and new columns. A project id that is left
    out stays the stored one, as long as the project's name does, and so does a password.

    :raises AddressNotAllowed: if an address needs `hosts` to name it, and they do not
    :raises PlaceFixed: if it would move and a request was approved for its place
    :raises PasswordNeeded: if none is given and the stored one is for something else
    """
    wanted = asdict(connection)
    require_allowed_hosts(wanted, hosts=hosts)
    columns = {**wanted, **_RESUMED, "sealed_password": sealed_password}
    with change_of_cloud_project(
        None, EventKind.PROJECT_CHANGED, by=by, via=via, name=name
    ):
        project, created = CloudProject.objects.get_or_create(
            name=name, defaults=columns
        )
        if created:
            if not sealed_password:
                raise PasswordNeeded
            return project
        _update(project, connection, columns)
        begin_anew(project)
    return project


def _update(
    project: CloudProject, connection: Connection, columns: dict[str, Any]
) -> None:
    """Change the stored row within the caller's transaction, and load it anew."""
    locked = CloudProject.objects.select_for_update().get(pk=project.pk)
    columns["project_id"] = _project_id(locked, connection)
    require_unmoved_place(locked, columns)
    if not columns["sealed_password"]:
        require_same_secret_use(locked, asdict(connection))
        del columns["sealed_password"]
    CloudProject.objects.filter(pk=locked.pk).update(
        **columns, credentials_version=F("credentials_version") + 1
    )
    project.refresh_from_db()
    if _is_elsewhere(project.place, before=locked.place):
        _forget_place(project)
        project.refresh_from_db()


def require_unmoved_connection(name: str, connection: Connection) -> None:
    """
    Say before anybody signs in whether this would move a cloud project that may not.

    :raises PlaceFixed: if it would
    """
    project = CloudProject.objects.filter(name=name).first()
    if project is not None:
        # A password will be typed: it is asked for once the place is known to be right.
        spelled = in_stored_spelling(name, asdict(connection), has_password=True)
        connection = replace(connection, **spelled)
        wanted = asdict(connection) | {"project_id": _project_id(project, connection)}
        require_unmoved_place(project, wanted)


def _project_id(project: CloudProject, connection: Connection) -> str:
    """
    Return the id that is wanted, or the stored one where only its name was said.

    Of a fixed place whose id is not known, only a sign-in tells the id. Where the id is
    known and the place fixed, the domain is only another way to say which project it is.
    """
    if project.place_fixed_at and not project.project_id:
        return ""
    names_another = connection.project_name != project.project_name or (
        connection.project_domain != project.project_domain
        and project.place_fixed_at is None
    )
    if connection.project_id or names_another:
        return connection.project_id
    return project.project_id


def _is_elsewhere(place: Place, *, before: Place) -> bool:
    """Whether it is another place; to learn its project's id is no move."""
    if before.project_id:
        return place != before
    return replace(place, project_id="") != before


def _forget_place(project: CloudProject) -> None:
    """Drop what was read at the place where the cloud project was before."""
    CloudProject.objects.filter(pk=project.pk).update(**_UNKNOWN_PLACE)
    CatalogSnapshot.objects.filter(cloud_project=project).delete()
    InventorySnapshot.objects.filter(cloud_project=project).delete()
