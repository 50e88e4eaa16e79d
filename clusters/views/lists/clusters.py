"""The list of active clusters, with endpoint, owner, age and cloud project."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clusters.models import ClusterRequest
from clusters.views.lists.paging import paginate


@require_safe
@login_required
def cluster_list(request: HttpRequest) -> HttpResponse:
    """Show the active clusters that this person may see, newest request first."""
    rows = ClusterRequest.objects.visible_to(request.user).with_cluster().as_rows()
    page = paginate(rows, request.GET)
    return render(request, "clusters/cluster_list.html", {"page": page})
