"""Record changes of cloud projects as events, in the transaction of the change."""

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

_NOT_RECORDED: Final = frozenset(
    # Columns that the workers write all the time, or that follow from other columns.
    {"id", "created_at", "credentials_version", "due_at", "polled_until"}
)
_SECRET: Final = "sealed_"  # noqa: S105 - the prefix of columns with ciphertext


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
    Lock the row, run the block, and write one event if a column has changed.

    `data["changed"]` is `{column: [old, new]}`, `data["secrets"]` the names of changed
    columns with ciphertext. Without `project_id` the row is found by `name`; the block
    may create it, and then the kind is `cloud_project.connected`. `by` is None for the
    portal itself and for a command, which `via` names.
    """
    rows = CloudProject.objects.filter(**_key(project_id, name))
    with transaction.atomic():
        row = rows.select_for_update(no_key=True).first()
        before = _state_of(row) if row else {}
        yield
        after = rows.first()
        if after is None:
            return
        changed, secrets = _split_secrets(difference(before, _state_of(after)))
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
    fields = (
        f for f in CloudProject._meta.concrete_fields if f.name not in _NOT_RECORDED
    )
    return {field.name: _json_value(project, field) for field in fields}


def _json_value(project: CloudProject, field: "Field[Any, Any]") -> Any:
    """Return the value as a type of JSON; a datetime, for one, as text."""
    value = getattr(project, field.attname)
    return value if isinstance(value, str | int | None) else str(value)


def _split_secrets(
    changed: dict[str, list[Any]],
) -> tuple[dict[str, list[Any]], list[str]]:
    """Return the changes that may be stored, and the names of changed secrets."""
    secrets = [name for name in changed if name.startswith(_SECRET)]
    return {k: v for k, v in changed.items() if k not in secrets}, secrets
