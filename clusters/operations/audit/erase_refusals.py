"""When a person's name cannot be erased."""

from typing import TYPE_CHECKING, Any, Final

from clusters.domain.error_codes import PortalCode
from clusters.domain.events import EventKind
from clusters.domain.states import ENDED
from clusters.models import Cluster, ClusterRequest, Event, Subject
from clusters.models.cluster import Health
from clusters.models.people import viewer_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

_NAMED: Final = 3
"""How many of the person's requests or clusters a sentence names."""


class EraseRefused(Exception):
    """The name is not erased; the text is a sentence that says why."""


def require_reason(person: "User", *, by: "User", comment: str) -> None:
    """
    Check who wants it and why.

    :raises EraseRefused: if it is no other person's wish, or says no reason
    """
    if not comment.strip():
        raise EraseRefused("Say in the comment why the name is erased.")
    if by.pk == person.pk:
        raise EraseRefused("Nobody erases their own name: another operator has to.")
    if not viewer_of(by).operates:
        raise EraseRefused(f"{by.get_username()} is no operator.")


def require_nothing_left(person: "User") -> None:
    """
    Check that nothing waits for this person.

    :raises EraseRefused: if the name was erased before, or something has to be handed over
    """
    chain = Event.objects.of_subject(Subject.PERSON, person.pk)
    if chain.filter(kind=EventKind.NAME_ERASED).exists():
        raise EraseRefused(f"{person.get_username()}: this name is erased already.")
    requests = ClusterRequest.objects.filter(requester=person)
    _refuse(
        requests.exclude(state__in=ENDED).values_list("name", "pk"),
        "{name} has requests that have not ended: {which}. Hand them over first.",
        person,
    )
    _refuse(
        _alive(person).values_list("name", "cloud_id"),
        "{name} owns clusters: {which}. Hand over their requests first.",
        person,
    )


def _alive(person: "User") -> "QuerySet[Cluster]":
    """Return the person's clusters that the cloud may still have."""
    clusters = Cluster.objects.filter(owner=person, gone_at=None)
    return clusters.exclude(health=Health.VANISHED).exclude(
        requests__error_code=PortalCode.DELETED_OUTSIDE
    )


def _refuse(
    left: "QuerySet[Any, tuple[Any, ...]]", sentence: str, person: "User"
) -> None:
    count = left.count()
    if not count:
        return
    which = ", ".join(f"{name} ({key})" for name, key in left.order_by("pk")[:_NAMED])
    if count > _NAMED:
        which += f" and {count - _NAMED} more"
    raise EraseRefused(sentence.format(name=person.get_username(), which=which))
