"""The erasures that this installation has signed, for events of format 1."""

from collections.abc import Collection

from django.db.models import TextField
from django.db.models.functions import Cast

from clusters.domain.events import EventKind
from clusters.domain.signed_erasure import ErasedEvents, events_in
from clusters.models import Event, Subject
from clusters.models.event_row import read_json


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
    # As text, since on SQLite it need not be JSON.
    texts = erasing.order_by("pk").values_list(Cast("data", TextField()), flat=True)
    for text in texts:
        found |= events_in(_value_of(text), known_keys)
    return found


def _value_of(text: str) -> object:
    try:
        return read_json(text)
    except (ValueError, TypeError, RecursionError):
        return None
