"""Django admin of cloud projects: connection and history."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from clusters import wiring
from clusters.admin.history import UndeletableAdmin, history_link, signed_in_person
from clusters.models import CloudProject, Subject
from clusters.operations.core.project_columns import PLACE_FIELDS
from clusters.operations.projects import connect
from clusters.operations.projects.credentials import (
    require_allowed_hosts,
    require_same_secret_use,
)
from clusters.operations.projects.places import PlaceFixed, require_unmoved_place
from clusters.operations.projects.spelling import in_stored_spelling, tidied

if TYPE_CHECKING:
    _ProjectAdmin = admin.ModelAdmin[CloudProject]
    _ProjectForm = forms.ModelForm[CloudProject]
else:
    _ProjectAdmin = admin.ModelAdmin
    _ProjectForm = forms.ModelForm

_CONNECTION = (
    "region",
    "domain_name",
    "username",
    "project_name",
    "project_id",
    "project_domain",
    "enterprise_project_id",
    "iam_url",
    "css_url",
    "vpc_url",
    "api_version",
    "dialect",
)


class CloudProjectForm(_ProjectForm):
    """The connection of a cloud project; the password can only be written."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "Kept encrypted and never shown. Leave it empty to keep it, unless an address, "
            "the account or the user changes."
        ),
    )

    class Meta:
        model = CloudProject
        fields = ("name", *_CONNECTION)

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        typed = _tidied(data) if data else data
        super().__init__(typed, *args, **kwargs)
        if typed:  # a form that an older release rendered has no dialect
            typed.setdefault("dialect", self.instance.dialect)

    def clean(self) -> dict[str, Any]:
        """Check that sign-in is possible, that the place stays, and all addresses."""
        cleaned = super().clean() or {}
        if not cleaned.get("password") and not self.instance.is_connected:
            self.add_error("password", _("A password is needed to sign in."))
        if not (cleaned.get("project_name") or cleaned.get("project_id")):
            self.add_error("project_name", _("Name the project, or give its id."))
        # `self.instance` may hold new values already, so read the stored row.
        stored = CloudProject.objects.filter(pk=self.instance.pk).first()
        if stored:
            self._write_as_stored(stored, cleaned)
            self._refuse_moved_place(stored, cleaned)
            self._refuse_other_use(stored, cleaned)
        self._refuse_inner_hosts(cleaned)
        return cleaned

    def _write_as_stored(self, stored: CloudProject, cleaned: dict[str, Any]) -> None:
        """Replace a value that differs from the stored one in spelling only."""
        wanted = {name: cleaned[name] for name in _CONNECTION if name in cleaned}
        has_password = bool(cleaned.get("password"))
        cleaned |= in_stored_spelling(stored.name, wanted, has_password=has_password)

    def _refuse_moved_place(
        self, stored: CloudProject, cleaned: dict[str, Any]
    ) -> None:
        wanted: dict[str, Any] = {
            name: cleaned[name] for name in PLACE_FIELDS if name in cleaned
        }
        try:
            require_unmoved_place(stored, wanted)
        except PlaceFixed as error:
            for field in error.fields:
                self.add_error(field, str(error))

    def _refuse_other_use(self, stored: CloudProject, cleaned: dict[str, Any]) -> None:
        try:
            if stored.is_connected and not cleaned.get("password"):
                require_same_secret_use(stored, cleaned)
        except connect.PasswordNeeded as error:
            self.add_error("password", str(error))

    def _refuse_inner_hosts(self, cleaned: dict[str, Any]) -> None:
        try:
            require_allowed_hosts(cleaned, hosts=wiring.allowed_hosts())
        except connect.AddressNotAllowed as error:
            for field in error.fields:
                self.add_error(field, str(error))


def _tidied(data: Any) -> Any:
    """Return a copy of the posted data without the white space of pasted values."""
    return MultiValueDict(
        {
            name: [tidied({name: value})[name] for value in data.getlist(name)]
            for name in data
        }
    )


class CloudProjectAdmin(UndeletableAdmin, _ProjectAdmin):
    """Cloud projects. A changed connection drops the tokens of the old one."""

    instead = _(
        "Cloud projects cannot be deleted, because the history names them."
        " Pause it instead; then nothing is created there."
    )
    form = CloudProjectForm
    fields = ("name", *_CONNECTION, "password", "history")
    list_display = (
        "name",
        "region",
        "username",
        "api_version",
        "dialect",
        "is_running",
    )

    @admin.display(boolean=True, description=_("running"))
    def is_running(self, project: CloudProject) -> bool:
        """Return whether the project is connected and not paused."""
        return project.is_connected and not project.is_paused

    def get_readonly_fields(
        self, request: HttpRequest, obj: CloudProject | None = None
    ) -> tuple[str, ...]:
        """Add the name of a stored project: links, events and commands use it."""
        return ("name", "history") if obj else ("history",)

    @admin.display(description=_("events"))
    def history(self, project: CloudProject) -> SafeString | str:
        """Return a link to the events of this cloud project."""
        return history_link(Subject.CLOUD_PROJECT, project.pk)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Say it where the row was changed between the form's check and its save."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (PlaceFixed, connect.PasswordNeeded) as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect(request.path)

    def save_model(
        self, request: HttpRequest, obj: CloudProject, form: Any, change: bool
    ) -> None:
        """Save by the operation of `connect_cloud`, if anything has changed."""
        if not form.changed_data:
            return
        connection = connect.Connection(
            **{name: getattr(obj, name) for name in _CONNECTION}
        )
        saved = wiring.connect(
            obj.name,
            connection,
            form.cleaned_data["password"],
            by=signed_in_person(request),
        )
        obj.pk = saved.pk
