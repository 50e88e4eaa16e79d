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
from clusters.models import AdminPassword, ClusterRequest
from clusters.models.admin_password import password_of

_ENDED: Final = (State.FAILED, State.REJECTED, State.CANCELLED, State.EXPIRED)


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """
    What a person may do with the request now; each field is a button or a form.

    `resolve` is to adopt a cluster for an unclear request or to confirm that there is
    none. `watch` is to start the search again, which an operator may also do for their
    own request. `see_password` is to be shown the generated password, once.
    """

    decide: bool
    cancel: bool
    retry: bool
    ask_again: bool
    hand_over: bool
    delete_cluster: bool
    watch: bool
    resolve: bool
    see_password: bool


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
    kept = password_of(row)
    return Permissions(
        decide=row.is_pending and decides and not was_requester,
        cancel=row.can_be_cancelled and acts,
        retry=row.can_be_retried and acts and holds and not is_gone(kept),
        ask_again=row.state in _ENDED and viewer.user_id == row.requester_id,
        hand_over=viewer.operates,
        delete_cluster=acts and row.has_broken_cluster and not row.is_being_deleted,
        watch=row.is_unclear and viewer.operates,
        resolve=row.is_unclear and resolves,
        see_password=may_see_password(row, viewer) and not is_gone(kept),
    )


def may_see_password(row: ClusterRequest, viewer: Viewer) -> bool:
    """Whether this viewer may be shown the generated password, as long as it is kept."""
    found = password_of(row)
    is_requester = viewer.user_id is not None and viewer.user_id == row.requester_id
    is_shown = found is not None and found.may_be_shown_to(viewer.user_id)
    return row.is_active and is_requester and is_shown


def is_gone(password: AdminPassword | None) -> bool:
    """Whether there was a password, and it is erased."""
    return password is not None and not password.is_kept
