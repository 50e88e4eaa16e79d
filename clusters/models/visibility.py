"""Which requests a person sees, for rows of requests and of archived ones."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q

from clusters.models.people import viewer_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

_Rows = TypeVar("_Rows", bound="models.QuerySet[Any]")


def seen_by(user: "User | AnonymousUser", rows: _Rows) -> _Rows:
    """Return the rows, with a column `requester`, that this user may see."""
    viewer = viewer_of(user)
    if viewer.sees_all:
        return rows
    own = Q(requester_id=viewer.user_id)
    if not viewer.team_ids:
        return rows.filter(own)
    # A sub-query, not a join, which would return a request twice for a colleague
    # who shares two teams.
    colleagues = get_user_model().objects.filter(groups__in=viewer.team_ids)
    return rows.filter(own | Q(requester__in=colleagues))
