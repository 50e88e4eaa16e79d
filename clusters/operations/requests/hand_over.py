"""Hand a request over: make somebody else its requester."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _

from clusters.domain.events import EventKind
from clusters.models import Cluster, ClusterRequest, Event, Watcher
from clusters.models.people import viewer_of
from clusters.models.request_columns import Kind
from clusters.operations.core.admin_passwords import pass_to_heir
from clusters.operations.core.errors import MoveNotAllowed, NotAllowed
from clusters.operations.core.expected import OWNER, Expected, amend
from clusters.operations.core.history import record_event

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


class NobodyThere(Exception):
    """There is no active account with this user name."""


def hand_over_request(
    cluster_request: ClusterRequest,
    *,
    by: "User",
    requester: str,
    now: datetime,
    comment: str = "",
) -> None:
    """
    Make the user named `requester` the requester and the owner of its cluster.

    Possible in any state of the request. Its watchers stay, but for the new requester,
    who gets its notices as such.

    :raises NotAllowed: if `by` is no operator
    :raises NobodyThere: if there is no active user of this name
    :raises MoveNotAllowed: if they are the requester already
    """
    if not viewer_of(by).operates:
        raise NotAllowed(_("Only operators can hand a request over."))
    new_requester = _new_requester(requester)
    with transaction.atomic():
        rows = ClusterRequest.objects.filter(id=cluster_request.id)
        before = rows.select_for_update().get()
        if before.requester_id == new_requester.pk:
            raise MoveNotAllowed(
                _("This request belongs to %(name)s already.") % {"name": requester}
            )
        # A new key, as it is unique for each requester, and because a concurrent
        # decision notices the hand-over by it (`OWNER`).
        amend(
            cluster_request.id,
            Expected.of(before, *OWNER),
            requester=new_requester,
            requester_name=new_requester.get_username(),
            submission_key=uuid.uuid4(),
        )
        pass_to_heir(before, new_requester)
        if before.kind == Kind.CREATE and before.cluster_id:
            _hand_over_cluster(before.cluster_id, new_requester)
        Watcher.objects.filter(
            request_id=cluster_request.id, person=new_requester
        ).delete()
        _record(before, new_requester, by=by, comment=comment, now=now)


def _hand_over_cluster(cluster_id: uuid.UUID, new_requester: "User") -> None:
    """Make the new requester the owner of the cluster that the request has made."""
    Cluster.objects.filter(pk=cluster_id).update(
        owner=new_requester, owner_name=new_requester.get_username()
    )


def _record(
    before: ClusterRequest,
    new_requester: "User",
    *,
    by: "User",
    comment: str,
    now: datetime,
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
        data={
            "from_id": before.requester_id,
            "to_id": new_requester.pk,
            "comment": comment,
        },
        names={
            "from": (before.requester_name, before.requester_id),
            "to": (new_requester.get_username(), new_requester.pk),
        },
    )


def _new_requester(name: str) -> "User":
    people = get_user_model()
    # Django stores user names in this normal form (NFKC).
    known_as = people.normalize_username(name)
    new_requester = people.objects.filter(username=known_as, is_active=True).first()
    if new_requester is None:
        raise NobodyThere(
            _("There is nobody with the user name “%(name)s”.") % {"name": name}
        )
    return new_requester


def was_requester(
    cluster_request: ClusterRequest, person: "User | AnonymousUser"
) -> bool:
    """
    Whether this person was the requester before the request was handed over.

    Reads events, which no WHERE on the request's row repeats. That is enough: the event
    and the new `OWNER` are written in one transaction, so who has read the events before
    it finds another owner in the row when writing.
    """
    return Event.objects.filter(
        request_id=cluster_request.pk, kind=EventKind.HAND_OVER, data__from_id=person.pk
    ).exists()
