"""Record changes of groups as events, in the transaction of the change."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, User
from django.db import transaction

from clusters.domain.events import EventKind
from clusters.operations.accounts.people import permission_names
from clusters.operations.core.changes import added_and_removed
from clusters.operations.core.history import record_subject_event


@contextmanager
def change_of_group(
    group: Group, *, by: User | None, now: datetime, via: str = ""
) -> Iterator[None]:
    """
    Lock the group, run the block, and write one event if the group has changed.

    Covers the name and the permissions; members are recorded by `change_of_person`. `by`
    is None for a command, which `via` names.
    """
    with transaction.atomic():
        rows = Group.objects.select_for_update(no_key=True)
        row = rows.filter(pk=group.pk).first()
        before = _state_of(row)
        yield
        after = _state_of(Group.objects.get(pk=group.pk))
        data = _data(before, after)
        if data:
            record_subject_event(
                group,
                EventKind.GROUP_CHANGED if row else EventKind.GROUP_CREATED,
                now=now,
                actor=by,
                data={"name": after[0], **data, **({"via": via} if via else {})},
            )


def group_named(name: str, *, by: User | None, now: datetime, via: str = "") -> Group:
    """Return the group of this name; create it, with its event, if there is none."""
    found = Group.objects.filter(name=name).first()
    if found is not None:
        return found
    group = Group(name=name)
    with change_of_group(group, by=by, now=now, via=via):
        group.save()
    return group


def _state_of(group: Group | None) -> tuple[str, tuple[str, ...]]:
    if group is None:
        return "", ()
    return group.name, permission_names(group.permissions.all())


def _data(
    before: tuple[str, tuple[str, ...]], after: tuple[str, tuple[str, ...]]
) -> dict[str, Any]:
    renamed = [before[0], after[0]] if before[0] != after[0] else []
    parts = {
        "renamed": renamed,
        "permissions": added_and_removed(before[1], after[1]),
    }
    return {key: part for key, part in parts.items() if part}
