"""Who may see, decide on and act on a request. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

DECISION_HOLDS: Final = timedelta(days=30)
"""How long after a decision something may be sent by it."""


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """
    What a signed-in person is to the portal; roles add up and take nothing away.

    `team_ids` are the groups whose members read each other's requests.
    """

    user_id: int | None
    approves: bool = False
    operates: bool = False
    audits: bool = False
    team_ids: tuple[int, ...] = ()

    @property
    def sees_all(self) -> bool:
        """Whether everybody's requests are visible."""
        return self.approves or self.operates or self.audits

    @property
    def opens_approvals(self) -> bool:
        """Whether the approval list is theirs to open."""
        return self.sees_all


def may_decide(viewer: Viewer, *, requester_id: int) -> bool:
    """Approvers decide, but nobody on their own request, superusers included."""
    return viewer.approves and viewer.user_id != requester_id


def may_act(viewer: Viewer, *, requester_id: int) -> bool:
    """The requester and operators may cancel, retry and delete what is broken."""
    return viewer.operates or (
        viewer.user_id is not None and viewer.user_id == requester_id
    )


def is_recent(decided_at: datetime, now: datetime) -> bool:
    """Whether a decision of this moment still holds; one of the far future never did."""
    return abs(now - decided_at) <= DECISION_HOLDS


def may_resolve(viewer: Viewer, *, requester_id: int) -> bool:
    """
    Operators say what became of a call, but nobody of their own request.

    It decides over a possible second cluster, whoever is a superuser included.
    """
    return viewer.operates and viewer.user_id != requester_id
