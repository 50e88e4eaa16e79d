"""What the frame around every page needs to know about its reader."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from clusters.models import ClusterRequest
from clusters.models.people import viewer_of


def portal(request: HttpRequest) -> dict[str, Any]:
    """
    Return `viewer` and `pending_count`, each asked of the database only when shown.

    `pending_count` counts what waits for a decision, for those who may open that list.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "viewer": SimpleLazyObject(lambda: viewer_of(user)),
        "pending_count": SimpleLazyObject(
            ClusterRequest.objects.filter(state="pending").count
        ),
    }
