"""Record changes of people as events, in the transaction of the change."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.models import Group, User
from django.db import transaction

from clusters.domain.events import EventKind
from clusters.models.event_format import Named
from clusters.operations.core.changes import added_and_removed, difference
from clusters.operations.core.history import record_subject_event

if TYPE_CHECKING:
    from django.contrib.auth.models import Permission
    from django.db.models import QuerySet

_FLAGS: Final = ("is_active", "is_staff", "is_superuser")
_PERSONAL: Final = ("username", "first_name", "last_name", "email")


@dataclass(frozen=True, kw_only=True)
class _State:
    """A person's row; `password` is the hash, compared here and never stored in events."""

    flags: dict[str, Any]
    personal: dict[str, str]
    password: str
    groups: dict[str, int]
    permissions: tuple[str, ...]


_NOBODY: Final = _State(flags={}, personal={}, password="", groups={}, permissions=())


@contextmanager
def change_of_person(
    person: User, *, by: User | None, now: datetime, via: str = ""
) -> Iterator[None]:
    """
    Lock the person's row, run the block, and write one event if the row has changed.

    `by` is None for a command, which `via` names. The block may save a new person. It
    runs in a transaction that holds the lock, so hash passwords before it. An exception
    rolls back the change and the event.
    """
    with transaction.atomic():
        before = _locked(person.pk)
        yield
        _record(person, before or _NOBODY, by=by, now=now, via=via)


def keep_password(
    person: User, *, by: User | None, now: datetime, via: str = ""
) -> None:
    """Save the password that `set_password` has set on this object, with its event."""
    with change_of_person(person, by=by, now=now, via=via):
        person.save(update_fields=["password"])


def create_person(make: Callable[[], User], *, now: datetime, via: str) -> User:
    """Call `make`, which saves a new person, and write the event; for commands."""
    with transaction.atomic():
        person = make()
        _record(person, _NOBODY, by=None, now=now, via=via)
    return person


def _locked(pk: int | None) -> _State | None:
    if pk is None:
        return None
    rows = User.objects.select_for_update(no_key=True)
    row = rows.filter(pk=pk).first()
    return _state_of(row) if row else None


def _state_of(person: User) -> _State:
    return _State(
        flags={name: getattr(person, name) for name in _FLAGS},
        personal={name: getattr(person, name) for name in _PERSONAL},
        password=person.password,
        groups=dict(person.groups.values_list("name", "pk")),
        permissions=permission_names(person.user_permissions.all()),
    )


def permission_names(permissions: "QuerySet[Permission]") -> tuple[str, ...]:
    """Return the permissions as `app.codename`, such as "clusters.view_event", sorted."""
    pairs = permissions.order_by().values_list("content_type__app_label", "codename")
    return tuple(sorted(f"{app}.{codename}" for app, codename in pairs))


def _record(
    person: User, before: _State, *, by: User | None, now: datetime, via: str
) -> None:
    row = User.objects.get(pk=person.pk)
    after = _state_of(row)
    data = _data(row, before, after)
    if not data:
        return
    kind = EventKind.PERSON_CHANGED if before.personal else EventKind.PERSON_CREATED
    record_subject_event(
        row,
        kind,
        now=now,
        actor=by,
        data=data | ({"via": via} if via else {}),
        names=_names(row, before, after),
    )
    _record_memberships(row, before.groups, after.groups, by=by, now=now)


def _data(row: User, before: _State, after: _State) -> dict[str, Any]:
    """Return what changed; of personal data only the names of the columns."""
    parts: dict[str, Any] = {
        "changed": difference(before.flags, after.flags),
        "personal": list(difference(before.personal, after.personal)),
        "groups": added_and_removed(before.groups, after.groups),
        "permissions": added_and_removed(before.permissions, after.permissions),
    }
    if before.password != after.password:
        parts["password"] = "set" if row.has_usable_password() else "unusable"
    return {key: part for key, part in parts.items() if part}


def _names(row: User, before: _State, after: _State) -> dict[str, Named]:
    """Return the person's name, and personal data that changed, old and new."""
    names: dict[str, Named] = {"subject": (row.get_username(), row.pk)}
    for key, values in difference(before.personal, after.personal).items():
        for when, value in zip(("before", "after"), values, strict=True):
            if value:
                names[f"{key}_{when}"] = (value, row.pk)
    return names


def _record_memberships(
    row: User,
    before: dict[str, int],
    after: dict[str, int],
    *,
    by: User | None,
    now: datetime,
) -> None:
    """
    Write an event to the chain of each group that the person joined or left.

    In the order of their ids, so that two transactions cannot deadlock.
    """
    changed = {**before, **after}.items() - (before.items() & after.items())
    for name, pk in sorted(changed, key=lambda pair: pair[1]):
        record_subject_event(
            Group(pk=pk, name=name),
            EventKind.GROUP_MEMBER_ADDED
            if name in after
            else EventKind.GROUP_MEMBER_REMOVED,
            now=now,
            actor=by,
            data={"name": name, "member_id": row.pk},
            names={"member": (row.get_username(), row.pk)},
        )
