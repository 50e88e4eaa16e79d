"""Write one event when a limit on sign-ins is reached; single tries are only logged."""

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
    Write an event for each limit that was just reached; call it once for each.

    The event goes to the chain of the person with the counted name. If the limit is that
    of an address alone, or there is no such account, it goes to that of the installation.
    Name and address are stored as `names`, so that they can be erased.
    """
    kind = EventKind.SIGN_IN_LIMITED
    # Chains of people are locked before that of the installation: no deadlock.
    for count in sorted(closed, key=lambda count: not count.name):
        person = User.objects.filter(username=count.name).first()
        pk = person.pk if person else None
        texts = {"name": count.name, "address": count.address}
        names: dict[str, Named] = {k: (text, pk) for k, text in texts.items() if text}
        data = {"limit": count.kind, "failures": len(count.failed_at)}
        if person is None:
            record_installation_event(kind, now=now, data=data, names=names)
        else:
            record_subject_event(person, kind, now=now, data=data, names=names)
