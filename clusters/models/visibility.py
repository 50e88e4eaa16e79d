"""Which requests a person sees, for rows of requests and of archived ones."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q

from clusters.models.people import viewer_of
from clusters.models.watcher import Watcher

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

_Rows = TypeVar("_Rows", bound="models.QuerySet[Any]")


def seen_by(user: "User | AnonymousUser", rows: _Rows) -> _Rows:
    """
    Return the rows, with a column `requester`, that this user may see.

    Watchers of a request do not see it any more once it is archived: who watched it was
    removed with it.
    """
    viewer = viewer_of(user)
    if viewer.sees_all:
        return rows
    seen = Q(requester_id=viewer.user_id)
    # Sub-queries, not joins, which would return a request twice for a colleague who
    # shares two teams. Each only where it finds something: without them the rows are
    # read by the index of the requester.
    if viewer.watches:
        watched = Watcher.objects.filter(person_id=viewer.user_id)
        seen |= Q(pk__in=watched.values("request_id"))
    if viewer.team_ids:
        colleagues = get_user_model().objects.filter(groups__in=viewer.team_ids)
        seen |= Q(requester__in=colleagues)
    return rows.filter(seen)
