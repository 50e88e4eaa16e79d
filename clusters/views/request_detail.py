"""Everything about one request: what happened, what is next, what one may do now."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseStopPolling

from clusters.models import ClusterRequest
from clusters.views.request_page import DetailPage, page_of


@require_safe
@login_required
@never_cache
def request_detail(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show the page, or what has changed on it since the version that is shown."""
    cluster_request = visible_request(request, request_id)
    if request.headers.get("HX-Request") and "shown" in request.GET:
        return _news(request, cluster_request)
    return detail_page(request, cluster_request)


def visible_request(request: HttpRequest, request_id: UUID) -> ClusterRequest:
    """
    Return the request with its cloud project.

    :raises Http404: if there is none that this person may see
    """
    rows = ClusterRequest.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("cloud_project"), id=request_id)


def detail_page(
    request: HttpRequest,
    cluster_request: ClusterRequest,
    *,
    problem: str = "",
    comment: str = "",
    wrong_id: str = "",
    status: int = 200,
) -> HttpResponse:
    """
    Render the whole page.

    `problem` says what happened, `comment` was typed, `wrong_id` is the field at fault.
    """
    context = {
        **vars(_page(request, cluster_request)),
        "problem": problem,
        "comment": comment,
        "wrong_id": wrong_id,
        "typed": request.POST,
    }
    return render(request, "clusters/request_detail.html", context, status=status)


def _news(request: HttpRequest, cluster_request: ClusterRequest) -> HttpResponse:
    """
    Answer a page that asks every two seconds.

    204 when nothing changed, so that focus and selection stay; the moving parts when
    only they did, so that a half-typed comment stays; else the whole page. 286 ends it.
    """
    page = _page(request, cluster_request)
    shape, _separator, version = request.GET["shown"].partition(".")
    if page.follows and (shape, version) == (page.shape, page.version):
        return HttpResponse(status=204)
    context = {**vars(page), "is_whole": shape != page.shape}
    response = render(request, "clusters/fragments/request_news.html", context)
    if page.follows:
        return response
    return HttpResponseStopPolling(response.content)


def _page(request: HttpRequest, cluster_request: ClusterRequest) -> DetailPage:
    return page_of(cluster_request, request.user, now=timezone.now())
