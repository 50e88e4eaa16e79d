"""Views of `/operate/`: show the page, pause, resume, reconcile. For operators only."""

from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from clusters import wiring
from clusters.forms.fields import Text
from clusters.forms.typed_before import typed_before
from clusters.models import CloudProject
from clusters.models.people import viewer_of
from clusters.operations.core.errors import MoveNotAllowed, NotAllowed
from clusters.operations.projects.pause import pause_cloud_project, resume_cloud_project
from clusters.operations.upkeep.sweep import run_maintenance
from clusters.views.operator.page import operate_context


@require_safe
@login_required
def operate(request: HttpRequest) -> HttpResponse:
    """
    Show the page.

    :raises PermissionDenied: if this person is no operator
    """
    if not viewer_of(request.user).operates:
        raise PermissionDenied(_("Only operators can open this."))
    return _page(request)


_View = Callable[..., HttpResponse]


def _for_operators(view: _View) -> _View:
    """Redirect the anonymous to the login; raise PermissionDenied for non-operators."""

    @wraps(view)
    def guarded(request: HttpRequest, **named: str) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(reverse("operate"))
        if not viewer_of(request.user).operates:
            raise PermissionDenied(_("Only operators can do this."))
        return view(request, **named)

    return guarded


@require_POST
@_for_operators
def pause(request: HttpRequest, name: str) -> HttpResponse:
    """Pause the cloud project; requesters see the reason."""
    return _act(request, name, partial(_pause, ReasonForm(request.POST)))


@require_POST
@_for_operators
def resume(request: HttpRequest, name: str) -> HttpResponse:
    """Resume the cloud project; a sign-in that was refused is tried again."""
    return _act(request, name, resume_cloud_project)


@require_POST
@_for_operators
def reconcile_now(request: HttpRequest) -> HttpResponse:
    """Run one pass of maintenance at once, as beat does every RECONCILE_SECONDS."""
    taken = run_maintenance(engine=wiring.engine_settings(), now=timezone.now())
    words = ngettext(
        "Reconciled: %(count)s request returned to the queue, and all work that"
        " is due was started.",
        "Reconciled: %(count)s requests returned to the queue, and all work"
        " that is due was started.",
        taken,
    )
    messages.success(request, words % {"count": taken})
    return redirect("operate")


class ReasonForm(forms.Form):
    """The reason for a pause, at most 500 characters."""

    reason = Text(required=False, max_length=500)


def _pause(form: ReasonForm, project: CloudProject, *, by: User, now: datetime) -> None:
    if not form.is_valid():
        raise ValidationError(form.errors["reason"].as_data())
    reason = form.cleaned_data["reason"]
    pause_cloud_project(project, by=by, reason=reason, now=now)


def _act(request: HttpRequest, name: str, action: Callable[..., None]) -> HttpResponse:
    project = get_object_or_404(CloudProject, name=name)
    try:
        action(project, by=request.user, now=timezone.now())
    except ValidationError as error:
        return _page(request, problem=" ".join(error.messages), status=400)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except MoveNotAllowed as error:
        return _page(request, problem=f"{name}: {error}", status=409)
    return redirect("operate")


def _page(
    request: HttpRequest, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {"problem": problem, "typed": _typed(request), **operate_context()}
    return render(request, "clusters/operate.html", context, status=status)


def _typed(request: HttpRequest) -> dict[str, str]:
    """Return the reason that was typed and its cloud project's name; else nothing."""
    typed = typed_before(request)
    action, data = (typed.action, typed.data) if typed else (request.path, request.POST)
    match = resolve(action)
    if match.url_name != "operate-pause":
        return {}
    return {"name": match.kwargs["name"], "reason": data.get("reason", "")}
