"""Django admin of people and groups: every change is an event, and nobody is deleted."""

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

from clusters.admin.history import KeptForever, history_link, who_is
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
    """Saved through the operation that writes the event; hashed before it."""

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        self._by = by
        super().__init__(*args, **kwargs)

    def save(self, commit: bool = True) -> User:
        """Save the password, or that there is none."""
        person: User = super().save(commit=False)
        if commit:
            keep_password(person, by=self._by, now=timezone.now())
        return person


class _SavedInOneChange(_Mixin):
    """Saves a row together with what belongs to it, such as groups and permissions."""

    change_of: ClassVar[Callable[..., AbstractContextManager[None]]]
    """The operation that records the change, given as a staticmethod."""

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: Any
    ) -> None:
        """Do nothing yet: what belongs to the row is part of the same change."""

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: Any
    ) -> None:
        """Save all of it, and the event of it."""
        with self.change_of(form.instance, by=who_is(request), now=timezone.now()):
            super().save_model(request, form.instance, form, change)
            super().save_related(request, form, formsets, change)


class PeopleAdmin(KeptForever, _SavedInOneChange, _UserAdmin):
    """People are deactivated, never deleted: votes and events name them for good."""

    instead = _(
        "People cannot be deleted, because the history names them. Clear"
        " “Active” instead; then they cannot sign in."
    )
    change_of = staticmethod(change_of_person)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Add the way to the history of a person who is there."""
        fieldsets = super().get_fieldsets(request, obj)
        return (
            [*fieldsets, (_("History"), {"fields": ("history",)})] if obj else fieldsets
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The history is a link."""
        return (*super().get_readonly_fields(request, obj), "history")

    @admin.display(description=_("events"))
    def history(self, person: User) -> SafeString | str:
        """Lead to the events of this person."""
        return history_link(Subject.PERSON, person.pk)

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 - Django gives it by this name
        form_url: str = "",
    ) -> HttpResponse:
        """Hand the form whoever changes it; one admin object serves all threads."""
        own = copy.copy(self)
        own.change_password_form = partial(NewPassword, by=who_is(request))
        return super(PeopleAdmin, own).user_change_password(request, id, form_url)


class GroupsAdmin(KeptForever, _SavedInOneChange, GroupAdmin):
    """A role lives by the name of its group, so those keep theirs."""

    instead = _(
        "Groups cannot be deleted, because the history names them. Remove the"
        " members instead; a group without members has no effect."
    )
    change_of = staticmethod(change_of_group)
    fields = ("name", "permissions", "history")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the name of a role: another one would take it away from everybody."""
        return ("name", "history") if obj and obj.name in _ROLES else ("history",)

    @admin.display(description=_("events"))
    def history(self, group: Group) -> SafeString | str:
        """Lead to the events of this group."""
        return history_link(Subject.GROUP, group.pk)
