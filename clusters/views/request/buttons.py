"""Which buttons the page of a request shows. The operations check permissions again."""

from dataclasses import dataclass
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


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """
    What a person may do with the request now; each field is a button or a form.

    `resolve` is to adopt a cluster for an unclear request or to confirm that there is
    none. `watch` is to start the search again, which an operator may also do for their
    own request.
    """

    decide: bool
    cancel: bool
    retry: bool
    ask_again: bool
    hand_over: bool
    delete_cluster: bool
    watch: bool
    resolve: bool


def permissions_of(
    cluster_request: ClusterRequest,
    viewer: Viewer,
    *,
    was_requester: bool,
    approved_at: datetime | None,
    now: datetime,
) -> Permissions:
    """
    Return what this viewer may do.

    `was_requester` says whether this person once handed the request over, and
    `approved_at` when the valid approval was given, None without one.
    """
    row = cluster_request
    acts = may_act(viewer, requester_id=row.requester_id)
    resolves = may_resolve(viewer, requester_id=row.requester_id) and not was_requester
    holds = approved_at is None or is_recent(approved_at, now)
    decides = may_decide(viewer, requester_id=row.requester_id)
    return Permissions(
        decide=row.is_pending and decides and not was_requester,
        cancel=row.can_be_cancelled and acts,
        retry=row.can_be_retried and acts and holds,
        ask_again=row.state in _ENDED and viewer.user_id == row.requester_id,
        hand_over=viewer.operates,
        delete_cluster=acts and row.has_broken_cluster and not row.is_being_deleted,
        watch=row.is_unclear and viewer.operates,
        resolve=row.is_unclear and resolves,
    )
