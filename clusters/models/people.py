"""The roles of a user: membership of groups, or the superuser flag."""

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef

from clusters.domain.permissions import Viewer
from clusters.models.watcher import Watcher

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

APPROVERS = "approvers"
OPERATORS = "operators"
AUDITORS = "auditors"
TEAM_PREFIX = "team:"
"""Members of a group `team:NAME` read each other's requests."""

_KEPT = "_clusters_viewer"


def viewer_of(user: "User | AnonymousUser") -> Viewer:
    """
    Return the roles and teams of a user; none for an anonymous or inactive one.

    One query for each user object, whose result is kept on it.
    """
    kept: Viewer | None = getattr(user, _KEPT, None)
    if kept is None:
        kept = _read(user)
        setattr(user, _KEPT, kept)
    return kept


def _read(user: "User | AnonymousUser") -> Viewer:
    if user.pk is None or not user.is_active:
        return Viewer(user_id=None)
    watched = Watcher.objects.filter(person_id=OuterRef("pk"))
    # One row for each group, and one without a name for a person in no group.
    found = (
        get_user_model().objects.filter(pk=user.pk).annotate(watches=Exists(watched))
    )
    rows = list(found.values_list("groups__name", "groups__pk", "watches"))
    groups = {name: pk for name, pk, _watches in rows if name is not None}
    return Viewer(
        user_id=user.pk,
        approves=user.is_superuser or APPROVERS in groups,
        operates=user.is_superuser or OPERATORS in groups,
        audits=user.is_superuser or AUDITORS in groups,
        team_ids=tuple(
            pk for name, pk in groups.items() if name.startswith(TEAM_PREFIX)
        ),
        watches=any(watches for _name, _pk, watches in rows),
    )
