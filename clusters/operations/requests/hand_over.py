"""Hand the request of somebody who leaves to somebody else."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _

from clusters.domain.events import EventKind
from clusters.models import Cluster, ClusterRequest, Event
from clusters.models.people import viewer_of
from clusters.models.request_columns import Kind
from clusters.operations.core.errors import MoveNotAllowed, NotAllowed
from clusters.operations.core.expected import OWNER, Expected, amend
from clusters.operations.core.history import record_event

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


class NobodyThere(Exception):
    """There is no active person with this user name."""


def hand_over_request(
    cluster_request: ClusterRequest,
    *,
    by: "User",
    requester: str,
    now: datetime,
    comment: str = "",
) -> None:
    """
    Make the user named `requester` answer for it and own its cluster, whatever the state.

    :raises NotAllowed: if this person does not operate
    :raises NobodyThere: if there is no active user of this name
    :raises MoveNotAllowed: if the request is theirs already
    """
    if not viewer_of(by).operates:
        raise NotAllowed(_("Only operators can hand a request over."))
    heir = _new_requester(requester)
    with transaction.atomic():
        rows = ClusterRequest.objects.filter(id=cluster_request.id)
        before = rows.select_for_update().get()
        if before.requester_id == heir.pk:
            raise MoveNotAllowed(
                _("This request belongs to %(name)s already.") % {"name": requester}
            )
        # A fresh key: the heir may have sent a form with the same one, and whoever
        # decides just now notices by it (`OWNER`).
        amend(
            cluster_request.id,
            Expected.of(before, *OWNER),
            requester=heir,
            requester_name=heir.get_username(),
            submission_key=uuid.uuid4(),
        )
        if before.kind == Kind.CREATE and before.cluster_id:
            _hand_over_cluster(before.cluster_id, heir)
        _record(before, heir, by=by, comment=comment, now=now)


def _hand_over_cluster(cluster_id: uuid.UUID, heir: "User") -> None:
    """Whoever answers for the request that made a cluster owns the cluster."""
    Cluster.objects.filter(pk=cluster_id).update(
        owner=heir, owner_name=heir.get_username()
    )


def _record(
    before: ClusterRequest, heir: "User", *, by: "User", comment: str, now: datetime
) -> None:
    """
    Append the event; `before` is the request as it was until now.

    Its data keep the ids of both people, `names` their names.
    """
    record_event(
        before.id,
        EventKind.HAND_OVER,
        now=now,
        actor=by,
        data={"from_id": before.requester_id, "to_id": heir.pk, "comment": comment},
        names={
            "from": (before.requester_name, before.requester_id),
            "to": (heir.get_username(), heir.pk),
        },
    )


def _new_requester(name: str) -> "User":
    people = get_user_model()
    # Names are kept in this form, however they are typed.
    known_as = people.normalize_username(name)
    heir = people.objects.filter(username=known_as, is_active=True).first()
    if heir is None:
        raise NobodyThere(
            _("There is nobody with the user name “%(name)s”.") % {"name": name}
        )
    return heir


def was_requester(
    cluster_request: ClusterRequest, person: "User | AnonymousUser"
) -> bool:
    """
    Whether this person was the requester before the request was handed over.

    It reads events, which no WHERE of the request's row repeats. That is enough: the event
    and the new `OWNER` are written in one transaction, so whoever read the events before
    it finds another owner in the row when he writes.
    """
    return Event.objects.filter(
        request_id=cluster_request.pk, kind=EventKind.HAND_OVER, data__from_id=person.pk
    ).exists()
