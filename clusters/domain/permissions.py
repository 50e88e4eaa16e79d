"""Who may see, decide on and act on a request. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

DECISION_HOLDS: Final = timedelta(days=30)
"""How long after an approval its body may be sent."""


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """
    A person with their roles; each role only adds rights.

    `user_id` is None for somebody who is not signed in. `team_ids` are the ids of the
    person's groups `team:NAME`, whose members may read each other's requests. `watches`
    says whether they watch any request of somebody else; that gives no right to act.
    """

    user_id: int | None
    approves: bool = False
    operates: bool = False
    audits: bool = False
    team_ids: tuple[int, ...] = ()
    watches: bool = False

    @property
    def sees_all(self) -> bool:
        """Whether everybody's requests are visible."""
        return self.approves or self.operates or self.audits

    @property
    def opens_approvals(self) -> bool:
        """Whether they may open the list of pending requests."""
        return self.sees_all

    @property
    def opens_audit(self) -> bool:
        """Whether they may open the page about the checks of the history."""
        return self.audits or self.operates


def may_decide(viewer: Viewer, *, requester_id: int) -> bool:
    """Whether an approver may decide: not on their own request, superusers included."""
    return viewer.approves and viewer.user_id != requester_id


def may_act(viewer: Viewer, *, requester_id: int) -> bool:
    """Whether somebody may cancel, retry, or delete: the requester and operators."""
    return viewer.operates or (
        viewer.user_id is not None and viewer.user_id == requester_id
    )


def is_recent(decided_at: datetime, now: datetime) -> bool:
    """
    Whether a decision of this time still holds.

    One further in the future was written by a wrong clock, and does not hold.
    """
    return abs(now - decided_at) <= DECISION_HOLDS


def may_resolve(viewer: Viewer, *, requester_id: int) -> bool:
    """
    Whether somebody may adopt a cluster or confirm an absence.

    Operators may, but not for their own request, superusers included: a wrong answer can
    lead to a second cluster, so a second person has to give it.
    """
    return viewer.operates and viewer.user_id != requester_id
