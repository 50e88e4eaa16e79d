"""Erase a person's names from all rows but events; the history must be open."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session

from clusters.models import (
    Cluster,
    ClusterRequest,
    Decision,
    KeptForm,
    Mail,
    Mailbox,
    SignInCount,
)
from clusters.operations.audit.erase_events import Erased

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import Model

_NAMES: Final[tuple[tuple[type["Model"], str, str], ...]] = (
    (ClusterRequest, "requester", "requester_name"),
    (Cluster, "owner", "owner_name"),
    (Decision, "by", "by_name"),
)
"""Columns that copy the user name of a person, beside the key to the person."""

_PERSONAL: Final = ("first_name", "last_name", "email")


def user_names_in_rows(person: "User") -> Iterator[str]:
    """Yield the user names of this person, the same one more than once."""
    yield person.get_username()
    for model, key, column in _NAMES:
        rows = model._base_manager.filter(**{key: person})
        yield from rows.order_by().values_list(column, flat=True).distinct()


def make_nobody(person: "User", user_name: str) -> None:
    """Rename the person, and take away what belongs to a person; stores the row."""
    person.username = user_name
    for column in _PERSONAL:
        setattr(person, column, "")
    person.is_active = person.is_staff = person.is_superuser = False
    person.set_unusable_password()
    person.save()
    person.groups.clear()
    person.user_permissions.clear()


def erase_columns(erased: Erased, user_name: str) -> None:
    """Put the new user name where the old one was copied to."""
    for model, key, column in _NAMES:
        model._base_manager.filter(**{key: erased.person}).update(**{column: user_name})
    logged = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(erased.person),
        object_id=str(erased.person.pk),
    )
    logged.update(object_repr=user_name)


def delete_what_was_kept(erased: Erased) -> None:
    """Delete forms, mails and counts of sign-ins of this person, and end the sessions."""
    person = erased.person
    KeptForm.objects.filter(person=person).delete()
    # Mails that were sent, too: an error of a mail server names the address.
    Mail.objects.filter(person=person).delete()
    Mailbox.objects.filter(person=person).delete()
    SignInCount.objects.filter(name__in=erased.names).delete()
    theirs = [
        session.pk
        for session in Session.objects.iterator()
        if session.get_decoded().get("_auth_user_id") == str(person.pk)
    ]
    Session.objects.filter(pk__in=theirs).delete()
