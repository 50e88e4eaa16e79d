"""Which requests a person sees, for rows of requests and of archived ones."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q

from clusters.domain.permissions import Viewer
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
    if viewer.watches:
        seen = Q(pk__in=_own_or_watched(rows.model, viewer))
    if viewer.team_ids:
        # A sub-query, not a join, which would return a request twice for a colleague
        # who shares two teams.
        colleagues = get_user_model().objects.filter(groups__in=viewer.team_ids)
        seen |= Q(requester__in=colleagues)
    return rows.filter(seen)


def _own_or_watched(
    model: type[models.Model], viewer: Viewer
) -> "models.QuerySet[Any, tuple[Any, ...]]":
    """
    Return primary keys, some twice.

    A union, as PostgreSQL reads all rows for an OR of a column and a sub-query. Only for
    who watches anything: the index of the requester has the order of the lists.
    """
    own = model._base_manager.filter(requester_id=viewer.user_id).values_list("pk")
    watched = Watcher.objects.filter(person_id=viewer.user_id)
    return own.union(watched.values_list("request_id"), all=True)
