"""What an operator decides where nobody can know: adopt, confirm absent, keep watching."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models.functions import Coalesce, Greatest, Now
from django.utils.translation import gettext as _

from clusters.domain.matching import Found, ListedCluster, Match
from clusters.domain.permissions import may_resolve
from clusters.domain.states import State, Verb
from clusters.models import CloudProject, ClusterRequest, InventorySnapshot
from clusters.models.people import viewer_of
from clusters.operations.core.expected import BYTES, OWNER, Expected, amend
from clusters.operations.core.history import record_event
from clusters.operations.core.transitions import (
    NOT_LOOKED_FOR,
    CommentMissing,
    MoveNotAllowed,
    NotAllowed,
    advance,
)
from clusters.operations.provisioning.adopt import adopt
from clusters.operations.requests.hand_over import was_requester

if TYPE_CHECKING:
    from django.contrib.auth.models import User

__all__ = [
    "CommentMissing",
    "MoveNotAllowed",
    "NoCandidate",
    "NotAllowed",
    "adopt_candidate",
    "candidates_in",
    "candidates_of",
    "confirm_absent",
    "keep_watching",
]

CONFIRMED_ABSENT = "portal.confirmed_absent"
"""Our own code: an operator looked, and says that the cloud made no cluster."""


_JUDGED: Final = (*OWNER, *BYTES, "claim")
"""Whose request an operator judges, what was asked for, and by which attempt."""


class NoCandidate(Exception):
    """This cluster is not among those that could be the one of this request."""


def candidates_of(cluster_request: ClusterRequest) -> tuple[ListedCluster, ...]:
    """
    Return the listed clusters that carry the request's tag or name, tags first.

    Those of the place that it was approved for: what is listed elsewhere is not ours.
    """
    looks = InventorySnapshot.objects.filter(
        cloud_project_id=cluster_request.cloud_project_id,
        place_sha256=cluster_request.place_sha256,
    )
    return candidates_in(looks.first(), cluster_request)


def candidates_in(
    look: InventorySnapshot | None, cluster_request: ClusterRequest
) -> tuple[ListedCluster, ...]:
    """Return those of this look."""
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
    _refuse_own(cluster_request, by)
    found = {each.id: each for each in candidates_of(cluster_request)}.get(cluster_id)
    with transaction.atomic():
        # Two operators may choose one cluster for two requests: they take turns here.
        projects = CloudProject.objects.in_project_of(
            cluster_request.cloud_project.place
        )
        list(projects.order_by("pk").select_for_update())
        taken = ClusterRequest.objects.filter(cluster__cloud_id=cluster_id)
        if found is None or taken.exclude(id=cluster_request.id).exists():
            raise NoCandidate(_("Choose one of the clusters that are shown."))
        adopt(
            cluster_request.id,
            Match(found=Found.OURS, candidates=(found,)),
            now=now,
            actor=by,
            expected=Expected.of(cluster_request, *_JUDGED),
            comment=comment,
        )


def confirm_absent(
    cluster_request: ClusterRequest, *, by: "User", comment: str, now: datetime
) -> None:
    """
    End the request: the operator has looked and says that no cluster was made.

    :raises NotAllowed: if this person does not operate, or asked for it
    :raises MoveNotAllowed: if the request is not unclear (any more)
    :raises CommentMissing: if the comment is empty
    """
    _refuse_own(cluster_request, by)
    if not comment.strip():
        raise CommentMissing(_("Say how you know that the cloud made no cluster."))
    advance(
        cluster_request.id,
        Verb.SETTLE,
        now=now,
        actor=by,
        expected=Expected.of(cluster_request, *_JUDGED),
        data={"comment": comment, "code": CONFIRMED_ABSENT},
        needs="",
        error_code=cluster_request.error_code or CONFIRMED_ABSENT,
    )


def keep_watching(
    cluster_request: ClusterRequest, *, by: "User", now: datetime, comment: str = ""
) -> None:
    """
    Look for it from the beginning once more, before anybody is asked again.

    :raises NotAllowed: if this person does not operate
    :raises MoveNotAllowed: if the request is not unclear (any more)
    """
    _refuse_others(cluster_request, by)
    with transaction.atomic():
        amend(
            cluster_request.id,
            Expected.of(cluster_request, "claim"),
            State.UNCLEAR,
            needs="",
            # Never sooner: behind a gateway that gave up the call may still run.
            answer_by=Greatest(Coalesce("answer_by", Now()), Now()),
            **NOT_LOOKED_FOR,
        )
        record_event(
            cluster_request.id,
            "operator.keeps_watching",
            now=now,
            actor=by,
            data={"comment": comment},
        )


def _refuse_own(cluster_request: ClusterRequest, person: "User") -> None:
    _refuse_others(cluster_request, person)
    may = may_resolve(viewer_of(person), requester_id=cluster_request.requester_id)
    if not may or was_requester(cluster_request, person):
        raise NotAllowed(
            _("This is your own request: another operator has to decide this.")
        )


def _refuse_others(cluster_request: ClusterRequest, person: "User") -> None:
    if not viewer_of(person).operates:
        raise NotAllowed(_("Only operators can do this."))
    if not cluster_request.is_unclear:
        raise MoveNotAllowed(_("This request is not unclear any more."))
