"""Cancel a request before anything was sent for it."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from clusters.domain.permissions import may_act
from clusters.domain.states import Verb
from clusters.models import ClusterRequest
from clusters.models.people import viewer_of
from clusters.operations.core.errors import NotAllowed
from clusters.operations.core.expected import OWNER, Expected
from clusters.operations.core.transitions import advance

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def cancel_request(
    cluster_request: ClusterRequest, *, by: "User", now: datetime, comment: str = ""
) -> None:
    """
    Cancel a request that is pending or approved.

    :raises NotAllowed: if this person is neither the requester nor an operator
    :raises MoveNotAllowed: if a worker has claimed it, or it has ended
    :raises HandedOver: if it has another requester than when it was read
    """
    if not may_act(viewer_of(by), requester_id=cluster_request.requester_id):
        raise NotAllowed(_("Only the requester or an operator can cancel this."))
    advance(
        cluster_request.id,
        Verb.CANCEL,
        now=now,
        actor=by,
        expected=Expected.of(cluster_request, *OWNER),
        data={"comment": comment} if comment else None,
    )
