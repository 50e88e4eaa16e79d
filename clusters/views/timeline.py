"""Events and attempts of one request as the lines of a timeline. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Final

from django.utils.translation import ngettext

from clusters.models import Attempt, Event
from clusters.states import Verb
from clusters.views.timeline_entries import Entry, Note, of_attempt, of_event


def timeline_of(
    events: Sequence[Event], attempts: Sequence[Attempt], *, now: datetime
) -> tuple[Entry, ...]:
    """
    Return what happened, oldest first.

    An attempt stands after the taking up that led to it, whatever the clocks say. A
    worker's taking up and putting back in a row is one line: back-off goes on for hours.
    """
    moves = [event for event in events if event.to_state]
    ends = dict(zip((e.seq for e in moves), (e.at for e in moves[1:]), strict=False))
    last = moves[-1].seq if moves else 0
    places = [_place(attempt, events) for attempt in attempts]
    lines: list[tuple[float, Entry]] = [
        (event.seq, of_event(event, ended_at=ends.get(event.seq), now=now))
        for event in _shown(events, last=0 if last in places else last)
    ]
    for attempt, place in zip(attempts, places, strict=True):
        lasting = now if place == last else None
        lines.append((place + 0.5, of_attempt(attempt, now=lasting)))
    lines.sort(key=lambda line: line[0])
    return tuple(_collapsed(entry for _seq, entry in lines))


_SILENT: Final = frozenset({"attempt.answered", Verb.CLAIM.value})
"""Kinds without a line of their own: the attempt, or what came of it, says more."""


def _shown(events: Sequence[Event], *, last: int) -> Iterator[Event]:
    """Leave out what says nothing to a person, unless it is the state of now."""
    return (e for e in events if e.kind not in _SILENT or e.seq == last)


def _place(attempt: Attempt, events: Sequence[Event]) -> int:
    """Return the `seq` of the claim that this attempt was made under."""
    claims = {e.data.get("claim"): e.seq for e in events if e.kind == Verb.CLAIM}
    before = max((e.seq for e in events if e.at <= attempt.sent_at), default=0)
    return claims.get(attempt.claim, before)


def _collapsed(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Make one line of being put back again and again; it keeps the latest reason."""
    for is_release, group in groupby(entries, lambda each: each.verb == Verb.RELEASE):
        lines = list(group)
        if is_release:
            yield _counted(lines[-1], len(lines))
        else:
            yield from lines


def _counted(entry: Entry, times: int) -> Entry:
    if times == 1:
        return entry
    count = ngettext("%(times)s time", "%(times)s times", times) % {"times": times}
    return replace(entry, notes=(Note(text=count), *entry.notes))
