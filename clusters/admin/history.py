"""Django admin of events, and base classes for rows that have a history."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from clusters.forms.typed_before import TypedBefore, fill_in, typed_before
from clusters.models import Event, Subject
from clusters.models.erased_names import know_pseudonyms, shown_name

if TYPE_CHECKING:
    _AnyAdmin = admin.ModelAdmin[Any]
    _Mixin = admin.ModelAdmin[Any]
    _Rows = models.QuerySet[Event]
else:
    _AnyAdmin = admin.ModelAdmin
    _Mixin = object


def history_link(kind: Subject, pk: int | None) -> SafeString | str:
    """Return a link to the events of a person, group or cloud project; empty if unsaved."""
    if pk is None:
        return ""
    url = reverse("admin:clusters_event_changelist")
    where = f"{url}?subject={kind.value}&subject_id={pk}"
    return format_html('<a href="{}">{}</a>', where, _("History"))


def signed_in_person(request: HttpRequest) -> User:
    """Return the person who is signed in."""
    assert isinstance(request.user, User), "the admin lets nobody in without a login"
    return request.user


class RestoresTypedValues(_Mixin):
    """Fills the form with values that were kept from an ended session."""

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return a form class whose instances start with the kept values, if any."""
        form_class = super().get_form(request, obj, change=change, **kwargs)
        typed = typed_before(request)
        return _begins_with(typed, form_class) if typed else form_class


def _begins_with(typed: TypedBefore, form_class: Any) -> Any:
    # The admin makes the base class at run time, so mypy does not know it.
    class Filled(form_class):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            fill_in(self, typed)

    return Filled


class UndeletableAdmin(RestoresTypedValues, _Mixin):
    """Rows that cannot be deleted, because the history names them."""

    instead: Any = ""
    """The message that says what to do instead."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False, which also removes the button and "delete selected"."""
        return False

    def delete_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Redirect to the page of the row with the message `instead`."""
        messages.error(request, self.instead)
        name = f"{self.opts.app_label}_{self.opts.model_name}_change"
        return redirect(f"admin:{name}", object_id)


class ReadOnlyAdmin(_AnyAdmin):
    """Rows that only the operations write."""

    shown_by: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}
    """Columns that their page shows by a function, such as those of `admin.names`."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return all columns, some of them as `shown_by` says."""
        fields = super().get_fields(request, obj)
        return [self.shown_by.get(str(field), field) for field in fields]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False


class SubjectFilter(admin.SimpleListFilter):
    """Filter by kind of subject; with `subject_id` in the query, by one subject."""

    title = _("subject")
    parameter_name = "subject"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return all kinds of subjects."""
        return list(Subject.choices)

    def queryset(self, request: HttpRequest, queryset: "_Rows") -> "_Rows":
        """Return the events of this kind; `request=None` matches the partial index."""
        kind = self.value()
        if kind == Subject.REQUEST:
            return queryset.filter(request__isnull=False)
        if kind in Subject.values:
            return queryset.filter(request=None, subject_kind=kind)
        return queryset


class _EventList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        """Read the rows of the page, with what stands for erased names."""
        super().get_results(request)
        know_pseudonyms(self.result_list)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Events of requests, people, groups, cloud projects and the installation."""

    list_display = ("whose", "seq", "kind", "who", "at")
    list_filter = (SubjectFilter, "kind")
    list_select_related = ("request",)
    # Events are only appended, so the newest has the largest id.
    ordering = ("-id",)
    fields = (
        "whose",
        "seq",
        "kind",
        "at",
        "who",
        "data",
        "told",
        "correlation_id",
        "format",
        "previous_hash",
        "hash",
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the list that knows what stands for erased names."""
        return _EventList

    def get_object(self, *args: Any, **kwargs: Any) -> Event | None:
        """Return the event, with what stands for erased names."""
        event = super().get_object(*args, **kwargs)
        know_pseudonyms([event] if event else [])
        return event

    @admin.display(description=_("person"), ordering="actor_name")
    def who(self, event: Event) -> str:
        """Return the actor."""
        return shown_name(event.shown_actor)

    @admin.display(description=_("subject"))
    def whose(self, event: Event) -> str:
        """Return the kind of the subject and its name at the time of the event."""
        if event.request:
            return str(event.request)
        name = shown_name(event.name_of("subject")) or event.data.get("name", "")
        label = Subject(event.subject_kind).label
        return f"{label} {name or event.subject_id}".strip()

    @admin.display(description=_("names"))
    def told(self, event: Event) -> str:
        """Return the personal names that are stored beside the event's data."""
        return ", ".join(
            f"{key}: {shown_name(event.name_of(key))}" for key in sorted(event.names)
        )
