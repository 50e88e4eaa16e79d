"""One event for each limit on sign-ins that closes; the tries stand in the log alone."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User

from clusters.domain.events import EventKind
from clusters.models import SignInCount
from clusters.models.event_format import Named
from clusters.operations.core.history import (
    record_installation_event,
    record_subject_event,
)


def record_closed_limits(closed: Iterable[SignInCount], *, now: datetime) -> None:
    """
    Write down that limits closed, once, when they do; nothing of the tries after it.

    Each goes into the chain of the person whose account it counts; where it counts an
    address alone, or a name of no account, into that of the installation. Name and
    address are kept as names, so that they can be erased.
    """
    kind = EventKind.SIGN_IN_LIMITED
    # People first: two that close the same limits never wait for each other.
    for count in sorted(closed, key=lambda count: not count.name):
        person = User.objects.filter(username=count.name).first()
        pk = person.pk if person else None
        words = {"name": count.name, "address": count.address}
        names: dict[str, Named] = {k: (word, pk) for k, word in words.items() if word}
        data = {"limit": count.kind, "failures": len(count.failed_at)}
        if person is None:
            record_installation_event(kind, now=now, data=data, names=names)
        else:
            record_subject_event(person, kind, now=now, data=data, names=names)
