"""The erasures that this installation has signed, for events of format 1."""

from collections.abc import Collection

from clusters.domain.events import EventKind
from clusters.domain.signed_erasure import ErasedEvents, events_in
from clusters.models import Event, Subject


def erased_events(known_keys: Collection[str]) -> ErasedEvents:
    """
    Return the events that count by a signed erasure; of several the newest says how.

    Whether the erasing events themselves are as they were written, the check of their
    chains says.
    """
    # `request=None` is part of the query because an index has it as its condition.
    erasing = Event.objects.filter(
        request=None, subject_kind=Subject.PERSON, kind=EventKind.NAME_ERASED
    )
    found: dict[int, tuple[str, str]] = {}
    for data in erasing.order_by("pk").values_list("data", flat=True):
        found |= events_in(data, known_keys)
    return found
