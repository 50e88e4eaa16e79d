"""What the timeline says of events and attempts, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clusters.cloud.types import Outcome
from clusters.domain.absence import TOUCHED
from clusters.domain.events import EventKind
from clusters.domain.states import State, Verb
from clusters.models import Attempt, Event
from clusters.views.request.timeline import settled_lines, timeline_of
from clusters.views.request.timeline_entries import Entry

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def event(seq: int, kind: str, minutes: float, to: str = "", **data: Any) -> Event:
    return Event(seq=seq, kind=kind, at=at(minutes), to_state=to, data=data)


def attempt(minutes: float, *, claim: int = 1, **columns: Any) -> Attempt:
    return Attempt(number=claim, claim=claim, sent_at=at(minutes), **columns)


ASKED = event(1, "submit", 0, State.PENDING, reason="For the logs.")
APPROVED = event(2, Verb.APPROVE, 1, State.APPROVED, comment="Fine.", body_sha256="9f")
CLAIMED = event(3, Verb.CLAIM, 2, State.SENDING, claim=1)
ACCEPTED = event(4, Verb.ACCEPT, 2, State.CREATING)


def titles(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.title for entry in entries]


class TestTimeline:
    def test_tells_the_story_in_order_without_what_only_workers_know(self) -> None:
        accepted = attempt(2.1, outcome=Outcome.ACCEPTED, status=200, duration_ms=1300)
        ready = event(5, Verb.READY, 15, State.ACTIVE)
        entries = timeline_of(
            [ASKED, APPROVED, CLAIMED, ACCEPTED, ready], [accepted], now=at(99)
        )
        assert titles(entries) == [
            "Requested",
            "Approved",
            "Create sent to the cloud",
            "The cloud is building it",
            "Ready",
        ]

    def test_gives_each_state_and_each_call_its_duration(self) -> None:
        accepted = attempt(2.1, outcome=Outcome.ACCEPTED, duration_ms=1300)
        entries = timeline_of(
            [ASKED, APPROVED, CLAIMED, ACCEPTED], [accepted], now=at(12)
        )
        assert [entry.lasted for entry in entries] == [
            timedelta(minutes=1),
            timedelta(minutes=1),
            timedelta(seconds=1.3),
            timedelta(minutes=10),
        ]
        assert entries[-1].is_now

    def test_places_an_attempt_by_its_claim_whatever_the_clocks_say(self) -> None:
        late_clock = attempt(50, outcome=Outcome.ACCEPTED)
        entries = timeline_of(
            [ASKED, APPROVED, CLAIMED, ACCEPTED], [late_clock], now=at(12)
        )
        assert titles(entries)[2] == "Create sent to the cloud"

    def test_shows_the_claim_only_while_nothing_was_sent_yet(self) -> None:
        events = [ASKED, APPROVED, CLAIMED]
        assert titles(timeline_of(events, [], now=at(3)))[-1] == "Being sent"
        under_way = timeline_of(events, [attempt(2.1)], now=at(3))
        assert titles(under_way)[2:] == ["Create sent to the cloud"]
        assert under_way[-1].is_now
        assert under_way[-1].notes[0].text == "waiting for the answer"

    def test_says_of_a_call_that_was_left_that_no_answer_came(self) -> None:
        lost = event(4, Verb.LOSE, 4, State.UNCLEAR)
        entries = timeline_of(
            [ASKED, APPROVED, CLAIMED, lost], [attempt(2.1)], now=at(9)
        )
        assert entries[2].notes[0].text == "no answer came"
        assert [entry.mark for entry in entries[2:]] == ["unsure", "unsure"]

    def test_never_marks_unclear_as_bad_or_as_work(self) -> None:
        lost = event(4, Verb.LOSE, 4, State.UNCLEAR)
        entries = timeline_of([ASKED, APPROVED, CLAIMED, lost], [], now=at(9))
        assert entries[-1].mark == "unsure"

    def test_makes_one_line_of_many_times_put_back(self) -> None:
        events = [ASKED, APPROVED]
        for seq in range(3, 13, 2):
            events.append(event(seq, Verb.CLAIM, seq, State.SENDING, claim=seq))
            events.append(
                event(seq + 1, Verb.RELEASE, seq, State.APPROVED, because=f"why {seq}")
            )
        entries = timeline_of(events, [], now=at(30))
        assert titles(entries) == [
            "Requested",
            "Approved",
            "Not sent, returned to the queue",
        ]
        assert [note.text for note in entries[-1].notes] == ["5 times", "why 11"]

    def test_quotes_reason_and_comment(self) -> None:
        entries = timeline_of([ASKED, APPROVED], [], now=at(2))
        assert [entry.quote for entry in entries] == ["For the logs.", "Fine."]

    def test_carries_the_hash_that_was_approved(self) -> None:
        (note,) = timeline_of([ASKED, APPROVED], [], now=at(2))[1].notes
        assert (note.value, note.copies) == ("9f", True)

    def test_keeps_the_words_of_the_cloud_and_says_the_code_once(self) -> None:
        refused = attempt(
            2.1,
            outcome=Outcome.REFUSED,
            status=400,
            code="CSS.1112",
            message="CSS.1112 : quota",
            request_id_of_cloud="0d4e",
        )
        no = event(4, Verb.REFUSE, 3, State.FAILED)
        entries = timeline_of([ASKED, APPROVED, CLAIMED, no], [refused], now=at(9))
        said = [(note.text, note.value) for note in entries[2].notes]
        assert said == [
            ("refused", ""),
            ("HTTP 400", ""),
            ("CSS.1112 : quota", ""),
            ("request id", "0d4e"),
        ]

    def test_has_words_of_its_own_for_every_outcome(self) -> None:
        words = {
            entry.notes[0].text
            for outcome in Outcome
            for entry in timeline_of([], [attempt(2, outcome=outcome)], now=at(9))
        }
        assert len(words) == len(Outcome)

    @pytest.mark.parametrize("outcome", TOUCHED)
    def test_marks_an_attempt_that_may_have_made_a_cluster(self, outcome: str) -> None:
        lost = event(4, Verb.LOSE, 4, State.UNCLEAR)
        entries = timeline_of(
            [ASKED, APPROVED, CLAIMED, lost],
            [attempt(2.1, outcome=outcome)],
            now=at(9),
        )
        assert entries[2].mark == "unsure"

    def test_shows_a_kind_that_it_does_not_know(self) -> None:
        odd = event(2, "something.new", 1)
        assert titles(timeline_of([ASKED, odd], [], now=at(2))) == [
            "Requested",
            "something.new",
        ]

    def test_never_shows_a_negative_duration(self) -> None:
        early = event(2, Verb.APPROVE, -5, State.APPROVED)
        assert timeline_of([ASKED, early], [], now=at(1))[0].lasted == timedelta()

    def test_is_empty_without_history(self) -> None:
        assert timeline_of([], [], now=NOON) == ()


class TestSettledLines:
    RELEASED = event(4, Verb.RELEASE, 3, State.APPROVED)
    AGAIN = event(5, Verb.CLAIM, 4, State.SENDING, claim=2)

    def test_are_all_but_the_state_of_now(self) -> None:
        entries = timeline_of([ASKED, APPROVED], [], now=at(3))
        assert settled_lines(entries) == 1

    def test_end_before_a_count_that_the_claim_of_now_may_raise(self) -> None:
        events = [ASKED, APPROVED, CLAIMED, self.RELEASED, self.AGAIN]
        entries = timeline_of(events, [], now=at(5))
        assert titles(entries)[2:] == ["Not sent, returned to the queue", "Being sent"]
        assert settled_lines(entries) == 2

    def test_end_before_a_call_that_was_not_answered(self) -> None:
        late = event(4, Verb.LOSE, 3, State.UNCLEAR)
        events = [ASKED, APPROVED, CLAIMED, late]
        entries = timeline_of(events, [attempt(2.1)], now=at(5))
        assert settled_lines(entries) == 2

    def test_are_all_where_the_state_of_now_began_before_this_part(self) -> None:
        odd = event(9, EventKind.DELETION_FAILED, 9)
        assert settled_lines(timeline_of([odd], [], now=at(10))) == 1


class TestDays:
    def test_begin_where_another_day_begins(self) -> None:
        next_day = event(2, Verb.APPROVE, 24 * 60, State.APPROVED)
        same_day = event(3, EventKind.DELETION_FAILED, 24 * 60 + 1)
        events = [ASKED, next_day, same_day]
        entries = timeline_of(events, [], now=at(9999))
        assert [entry.begins_day for entry in entries] == [True, True, False]
        entries = timeline_of(events, [], now=at(9999), day_before=NOON.date())
        assert not entries[0].begins_day
