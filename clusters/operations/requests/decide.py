"""Approve or reject a request. A decision is for one body and one place."""

import hmac
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clusters.domain.permissions import may_decide
from clusters.domain.states import Verb
from clusters.models import ClusterRequest, Decision
from clusters.models.decision import Verdict
from clusters.models.people import viewer_of
from clusters.operations.core.dispatch import enqueue_provisioning
from clusters.operations.core.errors import (
    BodyChanged,
    CommentMissing,
    HandedOver,
    NameHeld,
    NotAllowed,
)
from clusters.operations.core.expected import BYTES, OWNER, Expected
from clusters.operations.core.request_body import require_supported_by_api
from clusters.operations.core.transitions import advance
from clusters.operations.projects.places import fix_place, require_approved_place
from clusters.operations.requests.hand_over import was_requester

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def approve_request(
    cluster_request: ClusterRequest,
    *,
    approver: "User",
    body_sha256: str,
    now: datetime,
    comment: str = "",
    place_sha256: str | None = None,
) -> None:
    """
    Approve a request, and enqueue its create after the commit.

    `body_sha256` and `place_sha256` are what the page has shown to the approver.
    `place_sha256` may be None: then it is that of `cluster_request.cloud_project`.

    :raises NotAllowed: if this person may not decide on it
    :raises MoveNotAllowed: if somebody decided first
    :raises HandedOver: if it has another requester than when it was read
    :raises BodyChanged: if the body is not the one that was shown
    :raises PlaceUnknown: if the id of the cloud's project is not known yet
    :raises PlaceChanged: if the place is not the one that was shown
    :raises NotSendable: if the project's API version does not support the spec any more
    :raises NameHeld: if another request keeps this name
    """
    _require_approver(cluster_request, approver)
    _require_shown_body(cluster_request, body_sha256)
    require_approved_place(cluster_request.cloud_project, place_sha256=place_sha256)
    require_supported_by_api(cluster_request)
    require_free_name(cluster_request)
    try:
        _save_approval(cluster_request, approver, comment, now)
    except IntegrityError as error:
        raise NameHeld.of(cluster_request) from error
    enqueue_provisioning(cluster_request.cloud_project_id)


def reject_request(
    cluster_request: ClusterRequest, *, approver: "User", comment: str, now: datetime
) -> None:
    """
    Reject a request; the comment is shown to the requester.

    :raises NotAllowed: if this person may not decide on it
    :raises CommentMissing: if the comment is empty
    :raises MoveNotAllowed: if somebody decided first
    :raises HandedOver: if it has another requester than when it was read
    """
    _require_approver(cluster_request, approver)
    if cluster_request.is_pending and not comment.strip():
        raise CommentMissing(_("Say why, so that the requester knows what to change."))
    with transaction.atomic():
        _move(
            cluster_request, Verb.REJECT, approver, now=now, data={"comment": comment}
        )
        _decide(cluster_request, Verdict.REJECTED, approver, comment, now)


def require_free_name(cluster_request: ClusterRequest) -> None:
    """
    Check that no other request of the cloud project keeps this cluster name.

    :raises NameHeld: if one with this name is approved, sending, unclear or creating
    """
    holders = ClusterRequest.objects.holding_name(
        cluster_request.cloud_project, cluster_request.name
    )
    if holders.exclude(id=cluster_request.id).exists():
        raise NameHeld.of(cluster_request)


def _require_approver(cluster_request: ClusterRequest, approver: "User") -> None:
    viewer = viewer_of(approver)
    may = may_decide(viewer, requester_id=cluster_request.requester_id)
    # A hand-over must not let somebody decide on a request that they made.
    if not may or was_requester(cluster_request, approver):
        raise NotAllowed(_("Another approver has to decide on this."))


def _require_shown_body(cluster_request: ClusterRequest, body_sha256: str) -> None:
    if not hmac.compare_digest(
        body_sha256.encode(), cluster_request.body_sha256.encode()
    ):
        raise BodyChanged(
            _("This request is not the one that you looked at. Read it once more.")
        )


def _save_approval(
    cluster_request: ClusterRequest, approver: "User", comment: str, now: datetime
) -> None:
    with transaction.atomic():
        place = fix_place(cluster_request.cloud_project, now=now)
        _move(
            cluster_request,
            Verb.APPROVE,
            approver,
            now=now,
            data={
                "body_sha256": cluster_request.body_sha256,
                "place_sha256": place,
                "comment": comment,
            },
            due_at=None,
            place_sha256=place,
        )
        _decide(cluster_request, Verdict.APPROVED, approver, comment, now, place=place)


def _move(
    cluster_request: ClusterRequest, verb: Verb, approver: "User", **how: Any
) -> None:
    """
    Move the request if owner, body and place are those that were read.

    :raises NotAllowed: if it was handed over to this approver meanwhile
    :raises MoveNotAllowed: see `advance`
    """
    seen = Expected.of(cluster_request, *OWNER, *BYTES)
    try:
        advance(cluster_request.id, verb, actor=approver, expected=seen, **how)
    except HandedOver:
        _require_approver(ClusterRequest.objects.get(id=cluster_request.id), approver)
        raise


def _decide(
    cluster_request: ClusterRequest,
    verdict: Verdict,
    approver: "User",
    comment: str,
    now: datetime,
    *,
    place: str = "",
) -> None:
    Decision.objects.create(
        request=cluster_request,
        verdict=verdict,
        by=approver,
        by_name=approver.get_username(),
        at=now,
        comment=comment,
        body_sha256=cluster_request.body_sha256,
        place_sha256=place,
    )
