"""Changes of cloud projects: each is an event, in the transaction that makes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone

from clusters.domain.events import EventKind
from clusters.models import CloudProject
from clusters.operations.core.changes import difference
from clusters.operations.core.history import record_subject_event

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import Field

_UNTOLD: Final = frozenset(
    # What the engine writes all the time, and what says nothing by itself.
    {"id", "created_at", "credentials_version", "due_at", "polled_until"}
)
_SECRET: Final = "sealed_"  # noqa: S105 - how the names of such columns begin


@contextmanager
def change_of_cloud_project(
    project_id: int | None,
    kind: EventKind,
    *,
    now: datetime | None = None,
    by: "User | None" = None,
    via: str = "",
    name: str = "",
) -> Iterator[None]:
    """
    Record what the block changes, old and new of each column; nothing where nothing is.

    Of a secret only that it changed. Without an id, the block makes the row of this name.
    `by` is None for the portal itself, and for a command, which `via` names. The row is
    locked. A row that was not there before is `cloud_project.connected`.
    """
    rows = CloudProject.objects.filter(**_key(project_id, name))
    with transaction.atomic():
        row = rows.select_for_update(no_key=True).first()
        before = _state_of(row) if row else {}
        yield
        after = rows.first()
        if after is None:
            return
        changed, secrets = _told(difference(before, _state_of(after)))
        if not (changed or secrets):
            return
        data = {"name": after.name, "changed": changed, "secrets": secrets, "via": via}
        record_subject_event(
            after,
            kind if before else EventKind.PROJECT_CONNECTED,
            now=now or timezone.now(),
            actor=by,
            data={key: part for key, part in data.items() if part},
        )


def _key(project_id: int | None, name: str) -> dict[str, Any]:
    return {"name": name} if project_id is None else {"id": project_id}


def _state_of(project: CloudProject) -> dict[str, Any]:
    fields = (f for f in CloudProject._meta.concrete_fields if f.name not in _UNTOLD)
    return {field.name: _word(project, field) for field in fields}


def _word(project: CloudProject, field: "Field[Any, Any]") -> Any:
    """Return the value as JSON can say it."""
    value = getattr(project, field.attname)
    return value if isinstance(value, str | int | None) else str(value)


def _told(
    changed: dict[str, list[Any]],
) -> tuple[dict[str, list[Any]], list[str]]:
    """Part what may be told from the names of secrets."""
    secrets = [name for name in changed if name.startswith(_SECRET)]
    return {k: v for k, v in changed.items() if k not in secrets}, secrets
