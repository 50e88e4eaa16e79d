"""
What an operator decides about an unclear request: adopt a cluster, confirm that there is
none, or keep watching.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models.functions import Coalesce, Greatest, Now
from django.utils.translation import gettext as _

from clusters.domain.error_codes import PortalCode
from clusters.domain.events import EventKind
from clusters.domain.matching import ListedCluster
from clusters.domain.permissions import may_resolve
from clusters.domain.states import State, Verb
from clusters.models import CloudProject, ClusterRequest, InventorySnapshot
from clusters.models.people import viewer_of
from clusters.operations.core.columns import CLEARED_ABSENCE
from clusters.operations.core.errors import CommentMissing, MoveNotAllowed, NotAllowed
from clusters.operations.core.expected import BYTES, OWNER, Expected, amend
from clusters.operations.core.guards import require_operator
from clusters.operations.core.history import record_event
from clusters.operations.core.transitions import advance
from clusters.operations.provisioning.adopt import adopt
from clusters.operations.requests.hand_over import was_requester

if TYPE_CHECKING:
    from django.contrib.auth.models import User


_RESTS_ON: Final = (*OWNER, *BYTES, "claim")
"""Columns of the request by which an operator decides: owner, bytes and attempt."""


class NoCandidate(Exception):
    """The chosen cluster has neither tag nor name of the request, or is another one's."""


def candidates_of(cluster_request: ClusterRequest) -> tuple[ListedCluster, ...]:
    """
    Return the listed clusters that carry the request's tag or name, tags first.

    Only of the place that it was approved for: no cluster of another place can be its own.
    """
    looks = InventorySnapshot.objects.filter(
        cloud_project_id=cluster_request.cloud_project_id,
        place_sha256=cluster_request.place_sha256,
    )
    return candidates_in(looks.first(), cluster_request)


def candidates_in(
    look: InventorySnapshot | None, cluster_request: ClusterRequest
) -> tuple[ListedCluster, ...]:
    """Return those of this look; none without one."""
    seen = map(ListedCluster.from_json, look.clusters if look else ())
    tag, name = str(cluster_request.id), cluster_request.name
    could_be = [each for each in seen if each.tag == tag or each.name == name]
    return tuple(sorted(could_be, key=lambda each: each.tag != tag))


def adopt_candidate(
    cluster_request: ClusterRequest,
    *,
    by: "User",
    cluster_id: str,
    now: datetime,
    comment: str = "",
) -> None:
    """
    Take this listed cluster as the one of the request.

    :raises NotAllowed: if this person does not operate, or asked for it
    :raises MoveNotAllowed: if the request is not unclear (any more)
    :raises NoCandidate: if the cluster is none of `candidates_of`, or another request's
    """
    _require_other_operator(cluster_request, by)
    found = {each.id: each for each in candidates_of(cluster_request)}.get(cluster_id)
    with transaction.atomic():
        # Two operators may choose one cluster for two requests: these locks let one in at
        # a time.
        projects = CloudProject.objects.in_project_of(
            cluster_request.cloud_project.place
        )
        list(projects.order_by("pk").select_for_update())
        taken = ClusterRequest.objects.filter(cluster__cloud_id=cluster_id)
        if found is None or taken.exclude(id=cluster_request.id).exists():
            raise NoCandidate(_("Choose one of the clusters that are shown."))
        adopt(
            cluster_request.id,
            found.id,
            now=now,
            actor=by,
            expected=Expected.of(cluster_request, *_RESTS_ON),
            comment=comment,
        )


def confirm_absent(
    cluster_request: ClusterRequest, *, by: "User", comment: str, now: datetime
) -> None:
    """
    End the request as failed: the operator says that no cluster was made.

    :raises NotAllowed: if this person does not operate, or asked for it
    :raises MoveNotAllowed: if the request is not unclear (any more)
    :raises CommentMissing: if the comment is empty
    """
    _require_other_operator(cluster_request, by)
    if not comment.strip():
        raise CommentMissing(_("Say how you know that the cloud made no cluster."))
    advance(
        cluster_request.id,
        Verb.SETTLE,
        now=now,
        actor=by,
        expected=Expected.of(cluster_request, *_RESTS_ON),
        data={"comment": comment, "code": PortalCode.CONFIRMED_ABSENT.value},
        needs="",
        error_code=cluster_request.error_code or PortalCode.CONFIRMED_ABSENT.value,
    )


def keep_watching(
    cluster_request: ClusterRequest, *, by: "User", now: datetime, comment: str = ""
) -> None:
    """
    Search from the beginning once more, before an operator is asked again.

    :raises NotAllowed: if this person does not operate
    :raises MoveNotAllowed: if the request is not unclear (any more)
    """
    _require_unclear(cluster_request, by)
    with transaction.atomic():
        amend(
            cluster_request.id,
            Expected.of(cluster_request, "claim"),
            State.UNCLEAR,
            needs="",
            # Never earlier: the call may still run behind a gateway that has given up.
            answer_by=Greatest(Coalesce("answer_by", Now()), Now()),
            **CLEARED_ABSENCE,
        )
        record_event(
            cluster_request.id,
            EventKind.OPERATOR_KEEPS_WATCHING,
            now=now,
            actor=by,
            data={"comment": comment},
        )


def _require_other_operator(cluster_request: ClusterRequest, person: "User") -> None:
    """
    Let only an operator decide who never asked for this request.

    :raises NotAllowed: if this person does not operate, or asked for it
    :raises MoveNotAllowed: if the request is not unclear (any more)
    """
    _require_unclear(cluster_request, person)
    may = may_resolve(viewer_of(person), requester_id=cluster_request.requester_id)
    if not may or was_requester(cluster_request, person):
        raise NotAllowed(
            _("This is your own request: another operator has to decide this.")
        )


def _require_unclear(cluster_request: ClusterRequest, person: "User") -> None:
    require_operator(person)
    if not cluster_request.is_unclear:
        raise MoveNotAllowed(_("This request is not unclear any more."))
