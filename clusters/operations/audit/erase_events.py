"""Erase a person's names from the events; the history must be open."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from clusters.domain.events import EventKind
from clusters.domain.pseudonyms import user_name_of
from clusters.domain.signed_erasure import ErasedEvents, is_erased_event
from clusters.models import Event
from clusters.operations.audit.erase_refusals import EraseRefused

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_BATCH: Final = 500
_USER_NAMES: Final = ("subject", "username_before", "member", "from", "to", "name")
_WATCHER: Final = "watcher"
"""
Keys of `Event.names` that hold a user name: these, and those that begin with `_WATCHER`.

Others hold an address or another name.
"""


@dataclass(frozen=True)
class Erased:
    """Whose names are erased: `names` are the user names that are nobody else's now."""

    person: "User"
    names: frozenset[str]
    pseudonym: str


def user_names_in_events(person: "User") -> Iterator[str]:
    """Yield the user names of this person in the events, the same one more than once."""
    acted = Event.objects.filter(actor=person).exclude(actor_name="")
    yield from acted.order_by().values_list("actor_name", flat=True).distinct()
    for event in _events_with_names():
        for key, kept in event.names.items():
            is_theirs = kept.get("person") == person.pk and kept.get("text")
            if is_theirs and _holds_user_name(key):
                yield kept["text"]


def _holds_user_name(key: str) -> bool:
    return key in _USER_NAMES or key.startswith(_WATCHER)


def erase_salted(erased: Erased) -> None:
    """Empty name and salt in the events of format 2; the digests stay."""
    acted = Event.objects.filter(format=2, actor=erased.person)
    acted.update(actor_name="", actor_salt="")

    def is_theirs(kept: dict[str, Any]) -> bool:
        whose = kept.get("person")
        of_nobody = whose is None and kept.get("text") in erased.names
        return whose == erased.person.pk or of_nobody

    def without(event: Event) -> bool:
        found = [kept for kept in event.names.values() if is_theirs(kept)]
        for kept in found:
            kept["text"] = kept["salt"] = ""
        return bool(found)

    _change(_events_with_names(), without, ["names"])


def erase_hashed(erased: Erased, before: ErasedEvents) -> dict[int, tuple[str, str]]:
    """
    Erase the names in events of format 1, which their hashes cover.

    :param before: events that were erased before, for other people
    :return: for each event its hash in the chain, and that of its content now
    :raises EraseRefused: if an event was changed, which its erasure would hide
    """
    changed: dict[int, tuple[str, str]] = {}

    def without(event: Event) -> bool:
        data = _data_without(event, erased)
        acted = event.actor_id == erased.person.pk and event.actor_name
        if data == event.data and not acted:
            return False
        _require_true(event, before)
        event.data = data
        event.actor_name = "" if acted else event.actor_name
        changed[event.pk] = (event.hash, event.expected_hash())
        return True

    rows = Event.objects.filter(format=1)
    theirs = rows.filter(Q(actor=erased.person) | Q(kind=EventKind.HAND_OVER))
    _change(theirs, without, ["actor_name", "data"])
    return changed


def _data_without(event: Event, erased: Erased) -> dict[str, Any]:
    """Return the data without the names; only hand-overs held names in `data`."""
    data: dict[str, Any] = event.data
    if event.kind != EventKind.HAND_OVER:
        return data
    stands_in = user_name_of(erased.pseudonym)
    named = [key for key in ("from", "to") if _is_named(data, key, erased)]
    return data | dict.fromkeys(named, stands_in)


def _is_named(data: dict[str, Any], key: str, erased: Erased) -> bool:
    whose = data.get(f"{key}_id")
    if whose is None:
        return data.get(key) in erased.names
    return bool(whose == erased.person.pk and data.get(key))


def _require_true(event: Event, before: ErasedEvents) -> None:
    content = event.expected_hash()
    if content != event.hash and not is_erased_event(
        event.pk, chained=event.hash, content=content, erased=before
    ):
        raise EraseRefused(
            f"Event {event.seq} ({event.kind}) of request {event.request_id} was changed."
            " An erasure would hide that: see what verify_audit says first."
        )


def _events_with_names() -> Iterator[Event]:
    rows = Event.objects.filter(format=2).exclude(names={})
    return rows.order_by("pk").only("names").iterator(_BATCH)


def _change(
    events: Any, change: Callable[[Event], bool], columns: Collection[str]
) -> None:
    """Store the events that the function changes, so many at a time."""
    # The keys first: on SQLite a row that is changed while it is read may come twice.
    changed = [event for event in events if change(event)]
    Event.objects.bulk_update(changed, columns, batch_size=_BATCH)
