"""One event for each limit on sign-ins that closes; the tries stand in the log alone."""

from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import User

from clusters.models.event_format import Named
from clusters.operations._record import record_installation_event, record_subject_event

CLOSED = "sign_in.limited"
"""The kind of the event."""


class Limit(StrEnum):
    """Which one: failures are counted for each of these."""

    NAME_FROM_ADDRESS = "name_from_address"
    NAME = "name"
    ADDRESS = "address"


def record_closed_limit(
    limit: Limit, *, name: str, address: str, failures: int, now: datetime
) -> None:
    """
    Write down that a limit closed, once, when it does; nothing of the tries after it.

    It goes into the chain of the person who has this user name; where the limit counts an
    address, or nobody is called so, into that of the installation. Both words are kept as
    names, so that they can be erased. Pass the hash of an address where a setting wants it.
    """
    named = limit is not Limit.ADDRESS
    person = User.objects.filter(username=name).first() if named else None
    pk = person.pk if person else None
    words = {"name": _storable(name), "address": _storable(address)}
    names: dict[str, Named] = {key: (word, pk) for key, word in words.items() if word}
    data = {"limit": limit.value, "failures": failures}
    if person is None:
        record_installation_event(CLOSED, now=now, data=data, names=names)
    else:
        record_subject_event(person, CLOSED, now=now, data=data, names=names)


def _storable(typed: str) -> str:
    """Cut what anybody may have typed; PostgreSQL keeps no NUL."""
    return typed.replace("\0", "")[:150]
