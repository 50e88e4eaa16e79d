"""Who gets a mail about an event. Mails are rows of the event's transaction (outbox)."""

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.db.models.functions import Now

from clusters.domain.events import EventKind
from clusters.domain.states import State
from clusters.models import ClusterRequest, Event, Mail, Mailbox, Watcher
from clusters.models.people import APPROVERS
from clusters.operations.core.dispatch import enqueue_mail

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

_ENDS = frozenset(
    {State.ACTIVE, State.FAILED, State.REJECTED, State.CANCELLED, State.EXPIRED}
)


def queue_notifications(event: Event) -> None:
    """
    Store a mail for everybody whom this event concerns, except who caused it.

    No message is sent for a person whose last mail is less than `send_mail.WINDOW` old:
    the sweep sends the next mail, about everything that is due by then.
    """
    # Most events concern nobody; they cost no query.
    if not (_concerns_approvers(event) or _concerns_followers(event)):
        return
    mails = [
        Mail(event=event, person_id=person_id, due_at=Now())
        for person_id in _audience(event).values_list("pk", flat=True)
    ]
    people = {mail.person_id for mail in Mail.objects.bulk_create(mails)}
    resting = Mailbox.objects.resting().filter(person_id__in=people)
    for person_id in people - set(resting.values_list("person_id", flat=True)):
        enqueue_mail(person_id)


def _audience(event: Event) -> "QuerySet[User]":
    people = get_user_model().objects.filter(is_active=True).exclude(email="")
    if event.actor_id:
        people = people.exclude(pk=event.actor_id)
    requester = Q(pk=_requester_of(event))
    if _concerns_approvers(event):
        return people.filter(groups__name=APPROVERS).exclude(requester).distinct()
    # A sub-query, so that a requester who watches, too, is one row.
    watching = Watcher.objects.filter(request_id=event.request_id).values("person_id")
    return people.filter(requester | Q(pk__in=watching))


def _concerns_approvers(event: Event) -> bool:
    return event.to_state == State.PENDING


def _concerns_followers(event: Event) -> bool:
    """Whether the requester and the watchers are told."""
    return event.to_state in _ENDS or event.kind == EventKind.FOUND


def _requester_of(event: Event) -> int:
    rows = ClusterRequest.objects.filter(events=event.pk)
    return rows.values_list("requester_id", flat=True).get()
