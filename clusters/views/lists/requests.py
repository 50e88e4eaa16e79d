"""The history: the requests that a person may see, filtered and paginated."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clusters.domain.states import State
from clusters.forms.filters import HistoryFilter
from clusters.models import CloudProject, ClusterRequest
from clusters.models.request import ClusterRequestQuerySet
from clusters.views.lists.live_rows import watch_of, watched_rows
from clusters.views.lists.paging import paginate


@require_safe
@login_required
def request_list(request: HttpRequest) -> HttpResponse:
    """Show the history; with `?watch=` only the rows that have changed."""
    if "watch" in request.GET:
        return watched_rows(request)
    form = HistoryFilter(
        request.GET, cloud_projects=CloudProject.objects.values_list("name", flat=True)
    )
    rows = _narrowed(ClusterRequest.objects.visible_to(request.user), form.values)
    page = paginate(rows.as_rows(), request.GET)
    return render(
        request,
        "clusters/request_list.html",
        {
            "form": form,
            "chips": _chips(form, request.GET),
            "page": page,
            "watch": watch_of(page.rows),
        },
    )


def _narrowed(
    rows: ClusterRequestQuerySet, values: dict[str, Any]
) -> ClusterRequestQuerySet:
    return (
        rows.matching(values.get("q", ""))
        .in_states(values.get("state", []))
        .of(
            cloud_project=values.get("cloud_project", ""),
            flavor=values.get("flavor", ""),
            requester=values.get("requester", ""),
        )
        .asked_between(values.get("since"), values.get("until"))
    )


def _chips(form: HistoryFilter, query: QueryDict) -> list[dict[str, Any]]:
    """Return label, value and the link that removes it for each active filter."""
    chips = []
    for name, value in form.values.items():
        for one in value if isinstance(value, list) else [value]:
            word = State(one).label if name == "state" else str(one)
            chips.append(
                {
                    "label": form.fields[name].label,
                    "value": word,
                    "href": _without(query, name, str(one)),
                }
            )
    return chips


def _without(query: QueryDict, name: str, value: str) -> str:
    rest = query.copy()
    rest.pop("cursor", None)
    kept = [one for one in rest.getlist(name) if one != value]
    if name == "state" and kept:
        rest.setlist(name, kept)
    else:
        rest.pop(name, None)
    return f"?{rest.urlencode()}"
