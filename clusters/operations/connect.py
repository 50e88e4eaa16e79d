"""Save where a cloud project is and how to sign in to it."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import F

from clusters.models import CloudProject
from clusters.models.cloud_project import PausedBy


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


_RESUMED = {
    "paused_at": None,
    "paused_by": PausedBy.NOBODY,
    "paused_reason": "",
    "paused_person": None,
    "due_at": None,
}


def save_connection(
    name: str, connection: Connection, *, sealed_password: str
) -> CloudProject:
    """Create or update the cloud project of this name, and resume it."""
    with transaction.atomic():
        project, created = CloudProject.objects.update_or_create(
            name=name,
            defaults={
                **asdict(connection),
                **_RESUMED,
                "sealed_password": sealed_password,
            },
        )
        if not created:
            _forget_tokens(project)
    return project


def _forget_tokens(project: CloudProject) -> None:
    CloudProject.objects.filter(id=project.id).update(
        credentials_version=F("credentials_version") + 1
    )
    project.refresh_from_db()
