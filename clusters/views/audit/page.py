"""The page `/audit/`: the last check of the history, its newest head, its triggers, archives."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clusters.models import Archive
from clusters.models.people import viewer_of
from clusters.operations.audit.triggers import trigger_faults
from clusters.views.audit.last_check import read_last_check
from clusters.views.audit.newest_head import read_newest_head


@require_safe
@login_required
def audit(request: HttpRequest) -> HttpResponse:
    """
    Show the page.

    :raises PermissionDenied: if this person is neither auditor nor operator
    """
    if not viewer_of(request.user).opens_audit:
        raise PermissionDenied(_("Only auditors and operators can open this."))
    context = {
        "check": read_last_check(),
        "head": read_newest_head(),
        "archives": Archive.objects.with_counts(),
        "trigger_faults": trigger_faults(),
    }
    return render(request, "clusters/audit.html", context)
