"""What is active: each working cluster with its endpoint, owner, age and project."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clusters.models import ClusterRequest
from clusters.views.lists.paging import paginate


@require_safe
@login_required
def cluster_list(request: HttpRequest) -> HttpResponse:
    """Show the clusters that work now, those of the newest requests first."""
    rows = ClusterRequest.objects.visible_to(request.user).with_cluster().as_rows()
    page = paginate(rows, request.GET)
    return render(request, "clusters/cluster_list.html", {"page": page})
