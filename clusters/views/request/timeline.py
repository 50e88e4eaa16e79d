"""The timeline: the events and attempts of one request in order. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby

from django.utils import timezone
from django.utils.translation import ngettext

from clusters.domain.events import EventKind
from clusters.models import Attempt, Event
from clusters.views.request.timeline_entries import Entry, Note, of_attempt, of_event


def timeline_of(
    events: Sequence[Event],
    attempts: Sequence[Attempt],
    *,
    now: datetime,
    next_move_at: datetime | None = None,
    day_before: date | None = None,
) -> tuple[Entry, ...]:
    """
    Return the lines, oldest first.

    An attempt follows the claim under which it was made, even if clocks differ. Claims
    and releases in a row make one line, since back-off may go on for hours.

    For a part of a history, `next_move_at` is when the next state began, None for the
    newest part; `day_before` is the date of the event before it.
    """
    moves = [event for event in events if event.to_state]
    ends = dict(zip((e.seq for e in moves), (e.at for e in moves[1:]), strict=False))
    last = moves[-1].seq if moves and next_move_at is None else 0
    placed = [(_place(attempt, events), attempt) for attempt in attempts]
    has_attempt = any(place == last for place, _attempt in placed)
    lines = [
        replace(
            of_event(event, ended_at=ends.get(event.seq, next_move_at), now=now),
            may_change=event.seq == last,
        )
        for event in _shown(events, last=0 if has_attempt else last)
    ]
    lines += _attempt_lines(placed, last=last, now=now)
    lines.sort(key=lambda line: line.seq)
    return tuple(_with_days(_collapsed(lines), day_before))


def settled_lines(entries: Sequence[Entry]) -> int:
    """
    Return how many of the first lines no later event can change.

    A release as the last line may still be merged with the next release.
    """
    count = next((n for n, line in enumerate(entries) if line.may_change), len(entries))
    if count and entries[count - 1].verb == EventKind.RELEASE:
        count -= 1
    return count


def _attempt_lines(
    placed: Sequence[tuple[int, Attempt]], *, last: int, now: datetime
) -> Iterator[Entry]:
    """Yield a line for each attempt; the last one may still get its answer."""
    for number, (place, attempt) in enumerate(placed, 1):
        line = of_attempt(attempt, now=now if place == last else None)
        is_open = not attempt.outcome and number == len(placed)
        yield replace(line, seq=place + 0.5, may_change=place == last or is_open)


def _with_days(entries: Iterable[Entry], day: date | None) -> Iterator[Entry]:
    for entry in entries:
        before, day = day, timezone.localdate(entry.at)
        yield entry if day == before else replace(entry, begins_day=True)


def _shown(events: Sequence[Event], *, last: int) -> Iterator[Event]:
    """Yield the events without claims, whose attempts say more; the last one is kept."""
    return (e for e in events if e.kind != EventKind.CLAIM or e.seq == last)


def _place(attempt: Attempt, events: Sequence[Event]) -> int:
    """Return the `seq` of the claim under which this attempt was made."""
    claims = {e.data.get("claim"): e.seq for e in events if e.kind == EventKind.CLAIM}
    before = max((e.seq for e in events if e.at <= attempt.sent_at), default=0)
    return claims.get(attempt.claim, before)


def _collapsed(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Merge releases in a row into one line, with their number and the last reason."""
    for is_release, group in groupby(
        entries, lambda each: each.verb == EventKind.RELEASE
    ):
        lines = list(group)
        if is_release:
            yield replace(_counted(lines[-1], len(lines)), seq=lines[0].seq)
        else:
            yield from lines


def _counted(entry: Entry, times: int) -> Entry:
    if times == 1:
        return entry
    count = ngettext("%(times)s time", "%(times)s times", times) % {"times": times}
    return replace(entry, notes=(Note(text=count), *entry.notes))
