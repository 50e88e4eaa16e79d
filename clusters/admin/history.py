"""Django admin of history: looked at here and written nowhere but in operations."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
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

if TYPE_CHECKING:
    _AnyAdmin = admin.ModelAdmin[Any]
    _Mixin = admin.ModelAdmin[Any]
    _Rows = models.QuerySet[Event]
else:
    _AnyAdmin = admin.ModelAdmin
    _Mixin = object


def history_link(kind: Subject, pk: int | None) -> SafeString | str:
    """Lead to the events of one person, group or cloud project."""
    if pk is None:
        return ""
    url = reverse("admin:clusters_event_changelist")
    where = f"{url}?subject={kind.value}&subject_id={pk}"
    return format_html('<a href="{}">{}</a>', where, _("History"))


def who_is(request: HttpRequest) -> User:
    """Return the person who is signed in."""
    assert isinstance(request.user, User), "the admin lets nobody in without a login"
    return request.user


class ShowsTyped(_Mixin):
    """A form that outlived its session is shown again with what was typed."""

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Let the form begin with it; the view makes the form of the class it gets here."""
        form_class = super().get_form(request, obj, change=change, **kwargs)
        typed = typed_before(request)
        return _begins_with(typed, form_class) if typed else form_class


def _begins_with(typed: TypedBefore, form_class: Any) -> Any:
    # Made by the admin for each model, so no type checker can know it.
    class Filled(form_class):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            fill_in(self, typed)

    return Filled


class KeptForever(ShowsTyped, _Mixin):
    """Rows with a history stay; whoever tries to delete one is told what to do instead."""

    instead: Any = ""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: so no button and no "delete selected" is offered either."""
        return False

    def delete_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Say what to do instead, on the page of the row."""
        messages.error(request, self.instead)
        name = f"{self.opts.app_label}_{self.opts.model_name}_change"
        return redirect(f"admin:{name}", object_id)


class ReadOnlyAdmin(_AnyAdmin):
    """Rows that operations alone write."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


class OfSubject(admin.SimpleListFilter):
    """What the events tell of; `subject_id` beside it narrows to one chain."""

    title = _("subject")
    parameter_name = "subject"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer each kind."""
        return list(Subject.choices)

    def queryset(self, request: HttpRequest, queryset: "_Rows") -> "_Rows":
        """Narrow the list; the condition of the index of those chains is said, too."""
        kind = self.value()
        if kind == Subject.REQUEST:
            return queryset.filter(request__isnull=False)
        if kind in Subject.values:
            return queryset.filter(request=None, subject_kind=kind)
        return queryset


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The history, line by line: of requests, people, groups and cloud projects."""

    list_display = ("whose", "seq", "kind", "actor_name", "at")
    list_filter = (OfSubject, "kind")
    list_select_related = ("request",)
    # Nothing is ever put in between, so the newest line has the largest id.
    ordering = ("-id",)
    fields = (
        "whose",
        "seq",
        "kind",
        "at",
        "actor_name",
        "data",
        "told",
        "correlation_id",
        "format",
        "previous_hash",
        "hash",
    )

    @admin.display(description=_("subject"))
    def whose(self, event: Event) -> str:
        """Name the subject as it was called then."""
        if event.request:
            return str(event.request)
        name = event.name_of("subject") or event.data.get("name", "")
        label = Subject(event.subject_kind).label
        return f"{label} {name or event.subject_id}".strip()

    @admin.display(description=_("names"))
    def told(self, event: Event) -> str:
        """Tell the names and addresses that the event keeps apart."""
        return ", ".join(f"{key}: {event.name_of(key)}" for key in sorted(event.names))
