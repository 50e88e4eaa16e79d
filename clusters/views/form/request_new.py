"""Views of the form for a new request: show, check, submit, and refresh its options."""

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from clusters import wiring
from clusters.forms import RequestForm, summary
from clusters.forms.fields import printable
from clusters.forms.groups.security import own_password_of
from clusters.forms.offering import FOLLOWING, SEARCHED
from clusters.forms.typed_before import typed_before
from clusters.operations.core.request_body import preview_body
from clusters.operations.projects.refresh_pace import request_refresh
from clusters.operations.requests.submit import (
    SubmissionData,
    SubmittedDifferently,
    TooManyOpen,
    submit_request,
    submitted_before,
)
from clusters.operations.requests.watchers import WrongWatchers
from clusters.options import labels_of
from clusters.views.form.form_catalog import (
    FormCatalog,
    form_catalog_of,
    nearest_form_catalog,
)
from clusters.views.form.form_pages import signed_in
from clusters.views.form.initial_values import (
    asked_before,
    filled_in,
    repeated_in,
    values_again,
    values_at_first,
)
from clusters.views.form.watchers import check_watchers

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_KEEPS_TYPING = ("show", "refresh")
"""Buttons that change the options of the form; they show no errors of empty fields."""
_ENTER = "enter"
"""The button that the Enter key presses: in a search box it searches."""
_FOLLOWING = ",".join(["#preview", *(f"#id_{name}_field" for name in FOLLOWING)])
"""What an answer replaces on the page beside the summary, for `hx-select-oob`."""


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@sensitive_post_parameters("admin_password", "admin_password_again")
def request_new(request: HttpRequest) -> HttpResponse:
    """
    Show the form; on POST validate it, and store a valid one as a request.

    :raises Http404: if `?from=` names no request that this person may see, or
        `?cloud_project=` no cloud project
    """
    if request.method == "POST":
        return _answer(request, printable(request.POST))
    typed = typed_before(request)
    if typed:
        return _shown_again(request, typed.data)
    before = asked_before(request)
    name = request.GET.get("cloud_project", "")
    form_catalog = form_catalog_of(
        name or (before.cloud_project.name if before else "")
    )
    values = values_at_first(form_catalog)
    if before:
        values |= values_again(before, _person(request))
    return _untouched(request, form_catalog, values)


@require_POST
@signed_in
def catalog_refresh(request: HttpRequest) -> HttpResponse:
    """Request a new reading of a cloud project's catalog, and redirect to the form."""
    form_catalog = form_catalog_of(request.POST.get("cloud_project", ""))
    _refresh(request, form_catalog)
    name = form_catalog.project.name if form_catalog.project else ""
    return redirect(f"{reverse('request-new')}?cloud_project={name}")


def _answer(request: HttpRequest, data: "MultiValueDict[str, str]") -> HttpResponse:
    form_catalog = nearest_form_catalog(data.get("cloud_project", ""))
    if "refresh" in data:
        _refresh(request, form_catalog)
    if any(button in data for button in _KEEPS_TYPING) or _is_a_search(data):
        values = values_at_first(form_catalog) | filled_in(data)
        return _still_typing(request, form_catalog, values)
    if request.headers.get("HX-Request"):
        return _followed(request, form_catalog, data)
    form = form_catalog.form(data, person_name=_person(request).get_username())
    if "check" in data:
        check_watchers(form, _person(request))
        return _page(
            request, form_catalog, form, filled=form, key=data.get("submission_key")
        )
    return _submit(request, form_catalog, form, data.get("submission_key", ""))


def _is_a_search(data: "MultiValueDict[str, str]") -> bool:
    """Whether Enter was pressed with words in a search box, without JavaScript."""
    return _ENTER in data and any(data.get(name) for name, _most in SEARCHED.values())


def _submit(
    request: HttpRequest, form_catalog: FormCatalog, form: RequestForm, key: str
) -> HttpResponse:
    form.full_clean()
    submission = _submission_of(form, form_catalog)
    if form_catalog.project is None or submission is None:
        return _page(request, form_catalog, form, filled=form, key=key)
    person, submission_key = _person(request), _key(key)
    # Before validation: a form that is sent twice may be valid only the first time.
    first = submitted_before(
        person,
        form_catalog.project,
        submission,
        submission_key,
        encryptor=wiring.encryptor(),
    )
    if first is not None:
        return redirect(first)
    check_watchers(form, person)
    if not form.is_valid():
        return _page(request, form_catalog, form, filled=form, key=key)
    try:
        cluster_request = submit_request(
            requester=person,
            cloud_project=form_catalog.project,
            submission=submission,
            submission_key=submission_key,
            encryptor=wiring.encryptor(),
            now=timezone.now(),
            max_open=wiring.max_open_requests(),
        )
    except (TooManyOpen, WrongWatchers) as e:
        # Watchers are wrong only here where somebody has left since the check.
        form.add_error("watchers" if isinstance(e, WrongWatchers) else None, str(e))
        return _page(request, form_catalog, form, filled=form, key=key)
    except SubmittedDifferently:
        form.add_error(None, _was_sent_before())
        return _page(request, form_catalog, form, filled=form)
    return redirect(cluster_request)


def _submission_of(
    form: RequestForm, form_catalog: FormCatalog
) -> SubmissionData | None:
    """Return the content of a validated form, even with errors; None if incomplete."""
    if (
        form.spec is None
        or form_catalog.catalog is None
        or not {"reason", "watchers"} <= form.cleaned_data.keys()
    ):
        return None
    return SubmissionData(
        spec=form.spec,
        reason=form.cleaned_data["reason"],
        labels=labels_of(form.spec, form_catalog.catalog),
        watchers=form.cleaned_data["watchers"],
        own_password=own_password_of(form.cleaned_data),
    )


def _was_sent_before() -> str:
    return _(
        "This form was sent before with other values, and that request exists."
        " Send again to ask for one more cluster."
    )


def _refresh(request: HttpRequest, form_catalog: FormCatalog) -> None:
    if form_catalog.project is None or not form_catalog.is_connected:
        messages.warning(request, _("This cloud project is not connected."))
        return
    if request_refresh(form_catalog.project.id):
        said = _("The options are being read again. This takes a few seconds.")
        messages.success(request, said)
    else:
        said = _("The options were read a few seconds ago. Try again in a moment.")
        messages.warning(request, said)


def _shown_again(
    request: HttpRequest, data: "MultiValueDict[str, str]"
) -> HttpResponse:
    """Show exactly what was typed, empty fields included, without errors."""
    form_catalog = nearest_form_catalog(data.get("cloud_project", ""))
    values: dict[str, Any] = dict.fromkeys(RequestForm.base_fields, "")
    if "name" not in data:  # that page had the field of the cloud project only
        values = values_at_first(form_catalog)
    return _untouched(request, form_catalog, values | data.dict() | repeated_in(data))


def _person(request: HttpRequest) -> "User":
    # `login_required` has redirected anonymous requests
    return cast("User", request.user)


def _key(text: str | None) -> uuid.UUID:
    """Return the submission key; a new one if it is missing or invalid."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return uuid.uuid4()


# -- the page -----------------------------------------------------------------


def _untouched(
    request: HttpRequest, form_catalog: FormCatalog, values: Mapping[str, Any]
) -> HttpResponse:
    """Show values in an unbound form, without errors, with their summary."""
    filled = form_catalog.form(values)
    key = values.get("submission_key")
    return _page(
        request, form_catalog, form_catalog.form(initial=values), filled=filled, key=key
    )


def _still_typing(
    request: HttpRequest, form_catalog: FormCatalog, values: dict[str, Any]
) -> HttpResponse:
    """Show the page with what was typed; of the errors those of values that do not fit."""
    if "name" not in request.POST:  # that page had the field of the cloud project only
        return _untouched(request, form_catalog, values)
    form = form_catalog.form(values | form_catalog.implied_by(values))
    context = _context(form_catalog, form, filled=form)
    form.keep_refusals()
    context |= {"refusals": True, "submission_key": _key(values.get("submission_key"))}
    return render(request, "clusters/request_form.html", context)


def _followed(
    request: HttpRequest, form_catalog: FormCatalog, data: "MultiValueDict[str, str]"
) -> HttpResponse:
    """Return the parts of the page that follow what was typed, without the rest of it."""
    for name, value in form_catalog.implied_by(data).items():
        data[name] = value
    form = form_catalog.form(data, person_name=_person(request).get_username())
    check_watchers(form, _person(request))
    context = _context(form_catalog, form, filled=form)
    if not data.get("validated"):
        form.keep_refusals()
    return render(request, "clusters/request_form_followed.html", context)


def _page(
    request: HttpRequest,
    form_catalog: FormCatalog,
    form: RequestForm,
    *,
    filled: RequestForm,
    key: str | None = None,
) -> HttpResponse:
    """Render `form`, and the summary of `filled`: a bound form with the same values."""
    context = _context(form_catalog, form, filled=filled)
    was_filled = form.is_bound or "name" in {*request.POST, *form.initial}
    context |= {
        "has_fields": was_filled or form_catalog.catalog is not None,
        "checked": filled.is_valid() and "check" in request.POST,
        "validated": form.is_bound,
        "submission_key": _key(key),
    }
    return render(request, "clusters/request_form.html", context)


def _context(
    form_catalog: FormCatalog, form: RequestForm, *, filled: RequestForm
) -> dict[str, Any]:
    """Return what both the page and its following parts show."""
    is_right = filled.is_valid()
    return {
        "form": form,
        "form_catalog": form_catalog,
        "has_fields": True,
        "following": _FOLLOWING,
        "summary": summary(filled),
        "preview": _preview(form_catalog, filled) if is_right else "",
    }


def _preview(form_catalog: FormCatalog, filled: RequestForm) -> str:
    return (
        preview_body(filled.to_spec(), form_catalog.project)
        if form_catalog.project
        else ""
    )
