"""View of the page of one request, and of the updates that the open page polls for."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseStopPolling

from clusters.models import ClusterRequest
from clusters.views.request.archived import archived_page
from clusters.views.request.history import (
    newest_part,
    part_before,
    part_since,
    read_number,
)
from clusters.views.request.page import build_page
from clusters.views.request.polling import read_poll_data
from clusters.views.request.typed_actions import comment_without_form, typed_in


@require_safe
@login_required
@never_cache
def request_detail(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """
    Answer the whole page, or for htmx a part of it.

    `?before=N` is the part of the history before event N, `?shown=` an update of an open
    page.
    """
    try:
        cluster_request = visible_request(request, request_id)
    except Http404:
        # Asked last: nearly all pages are of requests that are there.
        archived = archived_page(request, request_id)
        if archived is None:
            raise
        return archived
    before = read_number(request.GET.get("before", ""))
    if not request.headers.get("HX-Request"):
        return detail_page(request, cluster_request, before=before)
    if before:
        return _older(request, cluster_request, before)
    if "shown" in request.GET:
        return _news(request, cluster_request)
    return detail_page(request, cluster_request)


def visible_request(request: HttpRequest, request_id: UUID) -> ClusterRequest:
    """
    Return the request with its cloud project, its cluster and what is known of its password.

    :raises Http404: if it does not exist or this person may not see it
    """
    rows = ClusterRequest.objects.visible_to(request.user)
    rows = rows.select_related("cloud_project", "cluster", "admin_password")
    rows = rows.defer("admin_password__sealed")
    return get_object_or_404(rows, id=request_id)


def detail_page(
    request: HttpRequest,
    cluster_request: ClusterRequest,
    *,
    problem: str = "",
    wrong_id: str = "",
    before: int = 0,
    status: int = 200,
) -> HttpResponse:
    """
    Render the whole page.

    `problem` is a message at the top, `wrong_id` the id of the input element that it is
    about; typed values are kept. With `before` the page shows the events before this
    number and does not poll for updates.
    """
    now = timezone.now()
    history = (
        part_before(cluster_request, before, now=now)
        if before
        else newest_part(cluster_request, now=now)
    )
    poll = read_poll_data(cluster_request, request.user, now=now)
    page = build_page(poll, history, is_newest=not before)
    typed = typed_in(request)
    context = {
        **page.context(),
        "is_older": before > 0,
        "problem": problem,
        "wrong_id": wrong_id,
        "typed": typed,
        "comment_without_form": comment_without_form(typed, page.may),
    }
    return render(request, "clusters/request_detail.html", context, status=status)


def _older(
    request: HttpRequest, cluster_request: ClusterRequest, before: int
) -> HttpResponse:
    """Render the events before this number, and the link to still earlier ones."""
    history = part_before(cluster_request, before, now=timezone.now())
    context = {"cluster_request": cluster_request, "history": history}
    return render(request, "clusters/fragments/request_older.html", context)


def _news(request: HttpRequest, cluster_request: ClusterRequest) -> HttpResponse:
    """
    Answer the poll of an open page, every two seconds.

    `shown` is ``SHAPE.VERSION`` of `Polling`, `since` the number of the first event that
    the page has not shown for good. The answer is 204 if nothing changed, so that focus
    and selection stay. If only VERSION changed, it holds the changing parts and the new
    events, so that a half-typed comment and opened earlier events stay. Otherwise it
    holds the whole page. Status 286 makes htmx stop polling.
    """
    poll = read_poll_data(cluster_request, request.user, now=timezone.now())
    polling = poll.polling
    shape, _separator, version = request.GET["shown"].partition(".")
    if polling.follows and (shape, version) == (polling.shape, polling.version):
        return HttpResponse(status=204)
    is_whole = shape != polling.shape
    since = 0 if is_whole else read_number(request.GET.get("since", ""))
    new = part_since(cluster_request, since, now=poll.now) if since else None
    page = build_page(poll, new or newest_part(cluster_request, now=poll.now))
    context = {**page.context(), "is_whole": is_whole}
    response = render(request, "clusters/fragments/request_news.html", context)
    if polling.follows:
        return response
    return HttpResponseStopPolling(response.content)
