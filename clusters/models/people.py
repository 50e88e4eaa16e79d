"""The roles of a user: membership of groups, or the superuser flag."""

from typing import TYPE_CHECKING

from clusters.domain.permissions import Viewer

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
    groups = dict(user.groups.values_list("name", "pk"))
    return Viewer(
        user_id=user.pk,
        approves=user.is_superuser or APPROVERS in groups,
        operates=user.is_superuser or OPERATORS in groups,
        audits=user.is_superuser or AUDITORS in groups,
        team_ids=tuple(
            pk for name, pk in groups.items() if name.startswith(TEAM_PREFIX)
        ),
    )
