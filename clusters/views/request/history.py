"""
Parts of one request's history: the newest events, earlier ones, or new ones.

A history may hold thousands of events, so a page shows at most `PART` of them at a time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q
from django.utils import timezone

from clusters.domain.events import EventKind
from clusters.models import Attempt, ClusterRequest, Event
from clusters.models.erased_names import know_pseudonyms
from clusters.views.request.timeline import settled_lines, timeline_of
from clusters.views.request.timeline_entries import Entry

PART: Final = 50
"""The largest number of events in one part."""
_LARGEST: Final = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class History:
    """
    The lines of one part: `settled` lines never change, `open` lines may.

    `before` is the number of this part's first event, to ask for earlier ones; 0 if
    there are none. `since` is the number of the first event to ask for in the next
    poll. `is_added` says that the lines are appended to those on the page.
    """

    settled: tuple[Entry, ...]
    open: tuple[Entry, ...] = ()
    before: int = 0
    since: int = 0
    is_added: bool = False


def read_number(text: str) -> int:
    """Return the number of an event in a query parameter; 0 for any other text."""
    is_number = text.isascii() and text.isdigit() and len(text) < 11
    return int(text) if is_number and int(text) <= _LARGEST else 0


def newest_part(row: ClusterRequest, *, now: datetime) -> History:
    """Return the newest events: all of them if there are at most `PART`."""
    found = list(row.events.order_by("-seq")[: PART + 1])
    events = found[PART - 1 :: -1] if len(found) > PART else found[::-1]
    is_whole = len(found) <= PART
    know_pseudonyms(events)
    attempts = _attempts(row, events, is_whole=is_whole)
    entries = timeline_of(events, attempts, now=now)
    return _live(entries, events, before=0 if is_whole else events[0].seq)


def part_before(row: ClusterRequest, seq: int, *, now: datetime) -> History:
    """Return the events before number `seq`; new events do not change this part."""
    found = list(row.events.filter(seq__lt=seq).order_by("-seq")[: PART + 1])
    events = found[:PART][::-1]
    know_pseudonyms(events)
    moves = row.events.filter(seq__gte=seq).exclude(to_state="").order_by("seq")
    entries = timeline_of(
        events,
        _attempts(row, events),
        now=now,
        next_move_at=moves.values_list("at", flat=True).first(),
    )
    return History(settled=entries, before=events[0].seq if len(found) > PART else 0)


def part_since(row: ClusterRequest, seq: int, *, now: datetime) -> History | None:
    """
    Return the events from number `seq` on, to append to a page that shows those before.

    None if they are more than `PART`: the page is then rendered anew.
    """
    found = list(row.events.filter(seq__gte=seq - 1).order_by("seq")[: PART + 2])
    events = [event for event in found if event.seq >= seq]
    if len(events) > PART:
        return None
    know_pseudonyms(events)
    entries = timeline_of(
        events,
        _attempts(row, events),
        now=now,
        day_before=_day_of(event for event in found if event.seq < seq),
    )
    return _live(entries, events, since=seq, is_added=True)


def _live(
    entries: tuple[Entry, ...],
    events: list[Event],
    *,
    before: int = 0,
    since: int = 0,
    is_added: bool = False,
) -> History:
    count = settled_lines(entries)
    if count < len(entries):
        since = int(entries[count].seq)
    elif events:
        since = events[-1].seq + 1
    return History(
        settled=entries[:count],
        open=entries[count:],
        before=before,
        since=since,
        is_added=is_added,
    )


def _day_of(events: Iterable[Event]) -> date | None:
    return next((timezone.localdate(event.at) for event in events), None)


def _attempts(
    row: ClusterRequest, events: list[Event], *, is_whole: bool = False
) -> list[Attempt]:
    """
    Return the attempts that were made under the claims of these events.

    For a whole history return all, those without a claim included.
    """
    claims = [e.data.get("claim") for e in events if e.kind == EventKind.CLAIM]
    wanted = Q() if is_whole else Q(claim__in=[each for each in claims if each])
    if not (is_whole or claims):
        return []
    return list(row.attempts.filter(wanted).order_by("number")[: 2 * PART])
