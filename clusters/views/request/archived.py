"""The page of a request that is in an archive and not in the database any more."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRefresh

from clusters.models import ArchivedRequest


def archived_page(request: HttpRequest, request_id: UUID) -> HttpResponse | None:
    """
    Answer the page that says where the request is; None if this person sees no such one.

    A page that was open when the request was archived is loaded anew.
    """
    rows = ArchivedRequest.objects.visible_to(request.user)
    rows = rows.select_related("requester", "batch__archive")
    archived = rows.filter(id=request_id).first()
    if archived is None:
        return None
    if request.headers.get("HX-Request"):
        return HttpResponseClientRefresh()
    context = {"archived": archived, "archive": archived.batch.archive}
    return render(request, "clusters/request_archived.html", context)
