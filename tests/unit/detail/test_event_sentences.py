"""What the timeline says beside the title of some events."""

from datetime import UTC, datetime
from typing import Any

import pytest

from clusters.domain.states import State, Verb
from clusters.models import Event
from clusters.views.request.event_sentences import sentences_of

MOMENT = datetime(2026, 11, 23, 15, 10, tzinfo=UTC)


def said(kind: str, before: str = "", **data: Any) -> list[str]:
    event = Event(kind=kind, at=MOMENT, from_state=before, data=data)
    return list(sentences_of(event))


class TestSentencesOf:
    def test_asking_again_tells_how_long_it_was_looked_for(self) -> None:
        assert said(Verb.RESEND, looks=3, seconds=290, attempts=1) == [
            "Not found by 3 scans over 5 min. Sending the create again with the same name"
            " (attempt 2 of 3)."
        ]

    @pytest.mark.parametrize(
        ("kind", "before"),
        [(Verb.ADOPT, State.UNCLEAR), (Verb.FOUND, State.CANCELLED)],
    )
    def test_what_was_looked_for_and_found(self, kind: str, before: str) -> None:
        assert said(kind, before) == ["The cluster exists: it was found at 15:10."]

    def test_what_a_look_before_the_send_found_was_not_missing(self) -> None:
        assert said(Verb.ADOPT, State.SENDING) == []

    def test_most_events_need_no_sentence(self) -> None:
        assert said(Verb.ACCEPT, State.SENDING) == []
