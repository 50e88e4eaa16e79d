"""POST views that act on one request; each calls one operation."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from clusters.forms.actions import (
    AdoptForm,
    CommentForm,
    DeletionForm,
    HandOverForm,
)
from clusters.models import ClusterRequest
from clusters.operations.clusters import delete as deleting
from clusters.operations.core.errors import CommentMissing, MoveNotAllowed, NotAllowed
from clusters.operations.requests import cancel as cancelling
from clusters.operations.requests import decide, manual_resolution
from clusters.operations.requests import hand_over as handing_over
from clusters.operations.requests import retry as retrying
from clusters.views.form.form_pages import signed_in
from clusters.views.request.detail import detail_page, visible_request

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_Action = Callable[[ClusterRequest, datetime], None]
"""Calls an operation with the request and the current time; the form is valid by then."""


@require_POST
@signed_in
def approve(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Approve the body whose SHA-256 the page has shown (`body_sha256`)."""
    form = CommentForm(request.POST)

    def action(row: ClusterRequest, now: datetime) -> None:
        decide.approve_request(
            row,
            approver=_person(request),
            body_sha256=request.POST.get("body_sha256", ""),
            place_sha256=request.POST.get("place_sha256"),
            comment=form.cleaned_data["comment"],
            now=now,
        )

    return _perform(request, request_id, form, action, input_id="id_comment")


@require_POST
@signed_in
def reject(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Reject the request; the comment is required."""
    form = CommentForm(request.POST)

    def action(row: ClusterRequest, now: datetime) -> None:
        decide.reject_request(
            row,
            approver=_person(request),
            comment=form.cleaned_data["comment"],
            now=now,
        )

    return _perform(request, request_id, form, action, input_id="id_comment")


@require_POST
@signed_in
def cancel(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Cancel the request."""
    form = CommentForm(request.POST)

    def action(row: ClusterRequest, now: datetime) -> None:
        cancelling.cancel_request(
            row, by=_person(request), comment=form.cleaned_data["comment"], now=now
        )

    return _perform(request, request_id, form, action, input_id="id_cancel_comment")


@require_POST
@signed_in
def retry(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Send a failed request once more, as it was approved."""
    form = CommentForm(request.POST)

    def action(row: ClusterRequest, now: datetime) -> None:
        retrying.retry_request(
            row, by=_person(request), comment=form.cleaned_data["comment"], now=now
        )

    return _perform(request, request_id, form, action)


@require_POST
@signed_in
def hand_over(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Make another person the requester."""
    form = HandOverForm(request.POST)

    def action(row: ClusterRequest, now: datetime) -> None:
        handing_over.hand_over_request(
            row,
            by=_person(request),
            requester=form.cleaned_data["requester"],
            comment=form.cleaned_data["comment"],
            now=now,
        )

    return _perform(request, request_id, form, action, input_id="id_requester")


@require_POST
@signed_in
def delete_cluster(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Request the deletion of a failed request's broken cluster."""
    form = DeletionForm(request.POST)

    def action(row: ClusterRequest, now: datetime) -> None:
        deleting.request_deletion(
            row,
            by=_person(request),
            name=form.cleaned_data["name"],
            comment=form.cleaned_data["comment"],
            now=now,
        )

    return _perform(request, request_id, form, action, input_id="id_name")


@require_POST
@signed_in
def adopt(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Adopt one of the candidates, `cluster_id`, as the cluster of this request."""
    form = AdoptForm(request.POST)

    def action(row: ClusterRequest, now: datetime) -> None:
        manual_resolution.adopt_candidate(
            row,
            by=_person(request),
            cluster_id=form.cleaned_data["cluster_id"],
            comment=form.cleaned_data["comment"],
            now=now,
        )

    return _perform(request, request_id, form, action, input_id="id_cluster_id")


@require_POST
@signed_in
def confirm_absent(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Confirm that the cloud made no cluster; the unclear request fails."""
    form = CommentForm(request.POST)

    def action(row: ClusterRequest, now: datetime) -> None:
        manual_resolution.confirm_absent(
            row, by=_person(request), comment=form.cleaned_data["comment"], now=now
        )

    return _perform(request, request_id, form, action, input_id="id_resolution_comment")


@require_POST
@signed_in
def keep_watching(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Start the search for the cluster of an unclear request again."""
    form = CommentForm(request.POST)

    def action(row: ClusterRequest, now: datetime) -> None:
        manual_resolution.keep_watching(
            row, by=_person(request), comment=form.cleaned_data["comment"], now=now
        )

    return _perform(request, request_id, form, action, input_id="id_resolution_comment")


_WRONG_INPUT: Final = (
    CommentMissing,
    deleting.NameMistyped,
    handing_over.NobodyThere,
    manual_resolution.NoCandidate,
)
"""Errors of operations about a typed value; the page marks the field of the form."""


def _perform(
    request: HttpRequest,
    request_id: UUID,
    form: CommentForm,
    action: _Action,
    *,
    input_id: str = "",
) -> HttpResponse:
    """
    Call the action if the form is valid.

    :param input_id: the id of the page's input element to mark if the input is wrong
    :return: a redirect to the request; its page with status 400 for wrong input, or with
        409 if the request is not in a state that allows the action
    :raises Http404: if this person may not see the request, or it does not exist
    :raises PermissionDenied: if this person may see it and may not do this
    """
    cluster_request = visible_request(request, request_id)
    if not form.is_valid():
        problem = " ".join(
            str(each) for errors in form.errors.values() for each in errors
        )
        return _page_again(request, cluster_request, problem, input_id, status=400)
    try:
        action(cluster_request, timezone.now())
    except ClusterRequest.DoesNotExist as error:
        # It was archived since the page was read.
        raise Http404 from error
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except _WRONG_INPUT as error:
        return _page_again(request, cluster_request, str(error), input_id, status=400)
    except MoveNotAllowed as error:
        return _page_again(request, cluster_request, str(error), status=409)
    return redirect(cluster_request)


def _page_again(
    request: HttpRequest,
    cluster_request: ClusterRequest,
    problem: str,
    input_id: str = "",
    *,
    status: int,
) -> HttpResponse:
    """Render the page with the current state of the request, the problem and the input."""
    return detail_page(
        request,
        visible_request(request, cluster_request.id),
        problem=problem,
        wrong_id=input_id,
        status=status,
    )


def _person(request: HttpRequest) -> "User":
    # `signed_in` has redirected anonymous requests
    return cast("User", request.user)
