"""Save the place and the credentials of a cloud project."""

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
from clusters.operations.projects.pause import clear_back_offs
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
    """Place and credentials without the password; field names are those of the row."""

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


NO_HOSTS: Final = AllowedHosts()

_UNKNOWN_PLACE: Final = {"keeps_tags": Known.UNKNOWN, "names_unique": Known.UNKNOWN}
"""The capabilities, reset for a new place."""


def save_connection(
    name: str,
    connection: Connection,
    *,
    sealed_password: str = "",
    hosts: AllowedHosts = NO_HOSTS,
    by: "User | None" = None,
    via: str = "",
) -> CloudProject:
    """
    Create or update the cloud project of this name, and resume it.

    The admin and `manage.py connect_cloud` both call this. `by` or `via` say which person
    or command did it; the event has the old and new columns. An empty project id keeps
    the stored one if the project's name is the same. `sealed_password` is a ciphertext of
    `wiring.encrypted_for`; an empty one keeps the stored password.

    :raises AddressNotAllowed: if an address is neither public nor named by `hosts`
    :raises PlaceFixed: if the place would change and a request was approved for it
    :raises PasswordNeeded: if none is given and the stored one was entered for other
        addresses or another user
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
        clear_back_offs(project)
    return project


def _update(
    project: CloudProject, connection: Connection, columns: dict[str, Any]
) -> None:
    """Change the stored row within the caller's transaction, and reload `project`."""
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
    Check before the sign-in that this does not change the place of a cloud project.

    :raises PlaceFixed: if it does, and a request was approved for the stored place
    """
    project = CloudProject.objects.filter(name=name).first()
    if project is not None:
        # has_password: the caller asks for the password after this check.
        spelled = in_stored_spelling(name, asdict(connection), has_password=True)
        connection = replace(connection, **spelled)
        wanted = asdict(connection) | {"project_id": _project_id(project, connection)}
        require_unmoved_place(project, wanted)


def _project_id(project: CloudProject, connection: Connection) -> str:
    """
    Return the given project id, or the stored one where the same project is named.

    Empty for a fixed place whose id is not known: only a login tells the id of the
    project that was approved. Where the id of a fixed place is known, a different project
    domain is no other project, since the id decides.
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
    """Whether it is another place; a project id that becomes known changes nothing."""
    if before.project_id:
        return place != before
    return replace(place, project_id="") != before


def _forget_place(project: CloudProject) -> None:
    """Delete catalog, snapshot and capabilities, which are those of the old place."""
    CloudProject.objects.filter(pk=project.pk).update(**_UNKNOWN_PLACE)
    CatalogSnapshot.objects.filter(cloud_project=project).delete()
    InventorySnapshot.objects.filter(cloud_project=project).delete()
