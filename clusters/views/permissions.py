"""Which buttons a person gets on the page of one request; operations check again."""

from collections.abc import Iterable
from typing import Final

from clusters.approval import Viewer, may_act, may_decide
from clusters.models import ClusterRequest, Event
from clusters.operations.hand_over import HAND_OVER
from clusters.states import State

_ENDED: Final = (State.FAILED, State.REJECTED, State.CANCELLED, State.EXPIRED)


def permissions_of(
    cluster_request: ClusterRequest, viewer: Viewer, events: Iterable[Event]
) -> dict[str, bool]:
    """Return the permissions by the names that the templates use."""
    row = cluster_request
    acts = may_act(viewer, requester_id=row.requester_id)
    decides = may_decide(viewer, requester_id=row.requester_id)
    return {
        "may_decide": row.is_pending and decides and not _once_asked(viewer, events),
        "may_hand_over": viewer.operates,
        "may_judge": row.is_unclear and viewer.operates,
        "may_delete_cluster": acts
        and row.has_broken_cluster
        and not row.is_being_deleted,
        "may_cancel": row.can_be_cancelled and acts,
        "may_retry": row.can_be_retried and acts,
        "may_ask_again": row.state in _ENDED and viewer.user_id == row.requester_id,
    }


def _once_asked(viewer: Viewer, events: Iterable[Event]) -> bool:
    """Whether the request was handed over from this person."""
    handed = (each.data for each in events if each.kind == HAND_OVER)
    return any(data.get("from_id") == viewer.user_id for data in handed)
