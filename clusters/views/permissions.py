"""Which buttons a person gets on the page of one request; operations check again."""

from typing import Final

from clusters.approval import Viewer, may_act, may_decide
from clusters.models import ClusterRequest
from clusters.states import State

_ENDED: Final = (State.FAILED, State.REJECTED, State.CANCELLED, State.EXPIRED)


def permissions_of(
    cluster_request: ClusterRequest, viewer: Viewer, *, once_asked: bool
) -> dict[str, bool]:
    """
    Return the permissions by the names that the templates use.

    `once_asked` says whether the request was handed over from this person.
    """
    row = cluster_request
    acts = may_act(viewer, requester_id=row.requester_id)
    decides = may_decide(viewer, requester_id=row.requester_id)
    return {
        "may_decide": row.is_pending and decides and not once_asked,
        "may_hand_over": viewer.operates,
        "may_judge": row.is_unclear and viewer.operates,
        "may_delete_cluster": acts
        and row.has_broken_cluster
        and not row.is_being_deleted,
        "may_cancel": row.can_be_cancelled and acts,
        "may_retry": row.can_be_retried and acts,
        "may_ask_again": row.state in _ENDED and viewer.user_id == row.requester_id,
    }
