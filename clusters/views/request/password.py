"""View of the administrator's password: a page with one button, which shows it once."""

from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from clusters import wiring
from clusters.models import ClusterRequest
from clusters.models.admin_password import password_of
from clusters.models.people import viewer_of
from clusters.operations.core.admin_passwords import PasswordGone
from clusters.operations.core.errors import MoveNotAllowed
from clusters.operations.requests.show_password import show_password
from clusters.views.request.buttons import is_gone, may_see_password
from clusters.views.request.detail import visible_request

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@sensitive_variables("password")
def admin_password(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """
    Show the page with the button; on POST the generated password, the first time.

    Status 410 once it was shown or erased.

    :raises Http404: unless this person asked for an active cluster whose password the
        portal has generated
    """
    row = visible_request(request, request_id)
    if not may_see_password(row, viewer_of(request.user)):
        raise Http404
    if is_gone(password_of(row)):
        return _page(request, row, status=410)
    if request.method != "POST":
        return _page(request, row)
    try:
        password = show_password(
            row,
            by=cast("User", request.user),
            encryptor=wiring.encryptor(),
            now=timezone.now(),
        )
    except PasswordGone:
        return _page(request, row, status=410)
    except MoveNotAllowed as error:
        # It was handed over since it was read.
        raise Http404 from error
    return _page(request, row, password=password)


@sensitive_variables("password")
def _page(
    request: HttpRequest, row: ClusterRequest, *, password: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "cluster_request": row,
        "password": password,
        "is_gone": status != 200,
    }
    return render(request, "clusters/request_password.html", context, status=status)
