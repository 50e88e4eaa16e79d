"""Retry a failed request that never had a cluster."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clusters.cloud.huawei.body import needs_password
from clusters.domain.permissions import DECISION_HOLDS, is_recent, may_act
from clusters.domain.states import Verb
from clusters.models import AdminPassword, ClusterRequest
from clusters.models.people import viewer_of
from clusters.operations.core.columns import CLEARED_ERROR
from clusters.operations.core.dispatch import enqueue_provisioning
from clusters.operations.core.errors import (
    MoveNotAllowed,
    NameHeld,
    NotAllowed,
    NotSendable,
)
from clusters.operations.core.expected import BYTES, OWNER, Expected
from clusters.operations.core.request_body import require_same_bytes
from clusters.operations.core.transitions import advance
from clusters.operations.provisioning.void_decision import decided_at
from clusters.operations.requests.decide import require_free_name

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def retry_request(
    cluster_request: ClusterRequest, *, by: "User", now: datetime, comment: str = ""
) -> None:
    """
    Put a failed request back to approved, so that the approved bytes are sent again.

    :raises NotAllowed: if this person is neither the requester nor an operator
    :raises MoveNotAllowed: if it has not failed, has a cluster id (only "ask again" is
        possible then), or its decision is older than `DECISION_HOLDS`
    :raises NotSendable: if the body built now is not the approved one, or the password
        that it refers to was erased
    :raises NameHeld: if another request keeps this name
    :raises HandedOver: if it has another requester than when it was read
    """
    if not may_act(viewer_of(by), requester_id=cluster_request.requester_id):
        raise NotAllowed(_("Only the requester or an operator can try this again."))
    if cluster_request.cluster_id is not None:
        raise MoveNotAllowed(
            _("The cloud made a cluster for this request. Ask again instead.")
        )
    _require_recent_decision(cluster_request, now)
    require_same_bytes(cluster_request)
    require_free_name(cluster_request)
    try:
        with transaction.atomic():
            advance(
                cluster_request.id,
                Verb.RETRY,
                now=now,
                actor=by,
                expected=Expected.of(
                    cluster_request, *OWNER, *BYTES, "claim", cluster_id=None
                ),
                data={"comment": comment} if comment else None,
                due_at=None,
                failures=0,
                **CLEARED_ERROR,
            )
            _require_password(cluster_request)
    except IntegrityError as error:
        raise NameHeld.of(cluster_request) from error
    enqueue_provisioning(cluster_request.cloud_project_id)


def _require_password(cluster_request: ClusterRequest) -> None:
    # After the move, under the row's lock: a sweep that erases passwords takes it, too.
    kept = AdminPassword.objects.kept().filter(pk=cluster_request.pk)
    if needs_password(cluster_request.body.encode()) and not kept.exists():
        raise NotSendable(
            _("The administrator's password is not kept any more. Ask again instead.")
        )


def _require_recent_decision(cluster_request: ClusterRequest, now: datetime) -> None:
    # Without a standing decision the worker returns the request to the approvers.
    at = decided_at(cluster_request)
    if cluster_request.is_failed and at is not None and not is_recent(at, now):
        raise MoveNotAllowed(
            _("It was approved more than %(days)s days ago. Ask again instead.")
            % {"days": DECISION_HOLDS.days}
        )
