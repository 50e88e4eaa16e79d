"""The list of requests that wait for a decision, oldest first."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clusters.domain.permissions import may_decide
from clusters.models import ClusterRequest
from clusters.models.people import viewer_of
from clusters.views.lists.paging import paginate


@require_safe
@login_required
def approval_list(request: HttpRequest) -> HttpResponse:
    """
    Show the requests that wait, and for each whether this person may decide on it.

    :raises PermissionDenied: if this person is no approver, operator or auditor
    """
    viewer = viewer_of(request.user)
    if not viewer.opens_approvals:
        raise PermissionDenied(_("This list is for approvers, operators and auditors."))
    rows = ClusterRequest.objects.waiting_for_decision().with_reason()
    page = paginate(rows, request.GET, oldest_first=True)
    waiting = [
        (row, may_decide(viewer, requester_id=row.requester_id)) for row in page.rows
    ]
    return render(
        request, "clusters/approval_list.html", {"page": page, "waiting": waiting}
    )
