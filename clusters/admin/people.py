"""Django admin of people and groups: changes are recorded as events, nobody is deleted."""

import copy
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group, User
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from clusters.admin.history import UndeletableAdmin, history_link, signed_in_person
from clusters.admin.names import name_column
from clusters.models import Subject
from clusters.models.people import APPROVERS, AUDITORS, OPERATORS
from clusters.operations.accounts.groups import change_of_group
from clusters.operations.accounts.people import change_of_person, keep_password

if TYPE_CHECKING:
    _Mixin = admin.ModelAdmin[Any]
    _UserAdmin = UserAdmin[User]
    _PasswordForm = AdminPasswordChangeForm[User]
else:
    _Mixin = object
    _UserAdmin = UserAdmin
    _PasswordForm = AdminPasswordChangeForm


_ROLES: Final = frozenset({APPROVERS, AUDITORS, OPERATORS})


class NewPassword(_PasswordForm):
    """Saves the password by the operation that also writes the event."""

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        self._by = by
        super().__init__(*args, **kwargs)

    def save(self, commit: bool = True) -> User:
        """Save the hashed password, or that the person has none."""
        person: User = super().save(commit=False)
        if commit:
            keep_password(person, by=self._by, now=timezone.now())
        return person


class _SavedInOneChange(_Mixin):
    """Saves a row and its relations, such as groups and permissions, as one change."""

    change_of: ClassVar[Callable[..., AbstractContextManager[None]]]
    """The operation that records the change: a context manager, set as a staticmethod."""

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: Any
    ) -> None:
        """Do nothing; `save_related` saves the row together with its relations."""

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: Any
    ) -> None:
        """Save the row and its relations, and write the event."""
        with self.change_of(
            form.instance, by=signed_in_person(request), now=timezone.now()
        ):
            super().save_model(request, form.instance, form, change)
            super().save_related(request, form, formsets, change)


class PeopleAdmin(UndeletableAdmin, _SavedInOneChange, _UserAdmin):
    """People are deactivated and never deleted, because decisions and events name them."""

    instead = _(
        "People cannot be deleted, because the history names them. Clear"
        " “Active” instead; then they cannot sign in."
    )
    change_of = staticmethod(change_of_person)
    list_display = (
        name_column("username", User._meta.get_field("username").verbose_name),
        *("email", "first_name", "last_name", "is_staff"),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Add the link to the history, unless the person is being created."""
        fieldsets = super().get_fieldsets(request, obj)
        return (
            [*fieldsets, (_("History"), {"fields": ("history",)})] if obj else fieldsets
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Add the history, which is a link."""
        return (*super().get_readonly_fields(request, obj), "history")

    @admin.display(description=_("events"))
    def history(self, person: User) -> SafeString | str:
        """Return a link to the events of this person."""
        return history_link(Subject.PERSON, person.pk)

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 - Django gives it by this name
        form_url: str = "",
    ) -> HttpResponse:
        """Tell the form who changes the password; a copy, as all threads share `self`."""
        own = copy.copy(self)
        own.change_password_form = partial(NewPassword, by=signed_in_person(request))
        return super(PeopleAdmin, own).user_change_password(request, id, form_url)


class GroupsAdmin(UndeletableAdmin, _SavedInOneChange, GroupAdmin):
    """Groups; the three groups that are roles keep their names."""

    instead = _(
        "Groups cannot be deleted, because the history names them. Remove the"
        " members instead; a group without members has no effect."
    )
    change_of = staticmethod(change_of_group)
    fields = ("name", "permissions", "history")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Add the name for a role: renaming the group would take the role from everybody."""
        return ("name", "history") if obj and obj.name in _ROLES else ("history",)

    @admin.display(description=_("events"))
    def history(self, group: Group) -> SafeString | str:
        """Return a link to the events of this group."""
        return history_link(Subject.GROUP, group.pk)
