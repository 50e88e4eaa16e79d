"""Which buttons a person gets on the page of one request; operations check again."""

from datetime import datetime
from typing import Final

from clusters.domain.permissions import (
    Viewer,
    is_recent,
    may_act,
    may_decide,
    may_resolve,
)
from clusters.domain.states import State
from clusters.models import ClusterRequest

_ENDED: Final = (State.FAILED, State.REJECTED, State.CANCELLED, State.EXPIRED)


def permissions_of(
    cluster_request: ClusterRequest,
    viewer: Viewer,
    *,
    was_requester: bool,
    approved_at: datetime | None,
    now: datetime,
) -> dict[str, bool]:
    """
    Return the permissions by the names that the templates use.

    `was_requester` says whether the request was handed over from this person,
    `approved_at` when the approval was given that stands.
    """
    row = cluster_request
    acts = may_act(viewer, requester_id=row.requester_id)
    judges = may_resolve(viewer, requester_id=row.requester_id) and not was_requester
    holds = approved_at is None or is_recent(approved_at, now)
    decides = may_decide(viewer, requester_id=row.requester_id)
    return {
        "may_decide": row.is_pending and decides and not was_requester,
        "may_hand_over": viewer.operates,
        "may_watch": row.is_unclear and viewer.operates,
        "may_resolve": row.is_unclear and judges,
        "may_delete_cluster": acts
        and row.has_broken_cluster
        and not row.is_being_deleted,
        "may_cancel": row.can_be_cancelled and acts,
        "may_retry": row.can_be_retried and acts and holds,
        "may_ask_again": row.state in _ENDED and viewer.user_id == row.requester_id,
    }
