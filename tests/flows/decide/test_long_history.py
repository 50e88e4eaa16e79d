"""A request with many thousand events: its page and its polls stay small."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db.models.signals import post_init
from django.http import HttpResponse

from clusters.domain.events import EventKind
from clusters.domain.states import State
from clusters.models import Attempt, ClusterRequest, Event
from clusters.operations.core.history import record_event
from clusters.operations.requests.hand_over import hand_over_request
from clusters.views.request.history import (
    PART,
    History,
    newest_part,
    part_before,
    part_since,
    read_number,
)
from clusters.views.request.timeline import timeline_of
from clusters.views.request.timeline_entries import Entry
from tests import factories
from tests.factories import NOON
from tests.flows.decide.pages import as_person, url_of
from tests.histories import prolong
from tests.openings import change_history

pytestmark = pytest.mark.django_db

MANY = 2_000
LATER = NOON + timedelta(days=30)


@contextmanager
def rows_read() -> Iterator[Counter[str]]:
    """Count the events and attempts that are loaded."""
    rows_by_table: Counter[str] = Counter()

    def count(sender: type, **_: object) -> None:
        rows_by_table[sender.__name__] += 1

    for model in (Event, Attempt):
        post_init.connect(count, sender=model)
    try:
        yield rows_by_table
    finally:
        for model in (Event, Attempt):
            post_init.disconnect(count, sender=model)


def live(html: str) -> dict[str, str]:
    """Return what the page asks news with."""
    found = re.search(r"\?shown=([0-9a-f.]+)&amp;since=([0-9]+)", html)
    assert found, "the page does not ask for news"
    return {"shown": found[1], "since": found[2]}


def older(html: str) -> str:
    """Return where the page leads to what was before; empty where it does not."""
    found = re.search(r'href="([^"]+\?before=[0-9]+)"', html)
    return found[1] if found else ""


def lines(html: str) -> list[str]:
    """Return the title and the time of each line of the history."""
    text = " ".join(html.split())
    return re.findall(r"<li class=\"\w+\".*?</time>", text)


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def poll(name: str, row: ClusterRequest, asked: dict[str, str]) -> HttpResponse:
    return as_person(name).get(url_of(row), asked, headers={"HX-Request": "true"})


@pytest.fixture
def row() -> ClusterRequest:
    return factories.approved()


class TestThePage:
    @pytest.mark.parametrize(
        ("name", "state"),
        [
            ("alice", State.APPROVED),
            ("bob", State.PENDING),
            ("bob", State.APPROVED),
            ("olga", State.UNCLEAR),
            ("dora", State.FAILED),
        ],
    )
    def test_reads_one_part_in_eight_queries(
        self,
        row: ClusterRequest,
        name: str,
        state: State,
        django_assert_max_num_queries: Any,
    ) -> None:
        prolong(row, MANY)
        ClusterRequest.objects.filter(id=row.id).update(state=state)
        browser = as_person(name)
        with django_assert_max_num_queries(8), rows_read() as rows_by_table:
            answer = browser.get(url_of(row))
        assert answer.status_code == 200
        assert rows_by_table["Event"] <= PART + 1
        assert rows_by_table["Attempt"] <= PART

    def test_is_hardly_larger_than_one_with_fifty_events(
        self, row: ClusterRequest
    ) -> None:
        prolong(row, PART)
        short = as_person("alice").get(url_of(row)).content
        prolong(row, MANY)
        long = as_person("alice").get(url_of(row)).content
        assert len(long) < 1.1 * len(short)

    @time_machine.travel(LATER, tick=False)
    def test_leads_through_everything_without_javascript(
        self, row: ClusterRequest
    ) -> None:
        prolong(row, 3 * PART + 7)
        browser, url, seen = as_person("alice"), url_of(row), 0
        for _ in range(4):
            html = text_of(browser.get(url))
            seen += len(lines(html))
            url = older(html)
        assert url == ""
        whole = timeline_of(list(row.events.all()), list(row.attempts.all()), now=LATER)
        assert seen == len(whole)

    def test_of_what_was_before_asks_for_no_news_and_leads_back(
        self, row: ClusterRequest
    ) -> None:
        prolong(row, 2 * PART)
        html = text_of(as_person("alice").get(url_of(row), {"before": "60"}))
        assert "hx-trigger" not in html
        assert "Show the newest events" in html

    @pytest.mark.parametrize(
        "before", ["", "0", "-1", "x", "1e3", "٣", "9" * 30, "2147483648", "\0"]
    )
    def test_is_the_newest_where_the_number_is_none(
        self, row: ClusterRequest, before: str
    ) -> None:
        for headers in ({}, {"HX-Request": "true"}):
            answer = as_person("alice").get(
                url_of(row), {"before": before}, headers=headers
            )
            assert answer.status_code == 200
            assert 'id="request-head"' in text_of(answer)


class TestWhatWasBefore:
    def test_comes_alone_in_the_place_of_the_link(self, row: ClusterRequest) -> None:
        prolong(row, MANY)
        url = older(text_of(as_person("alice").get(url_of(row))))
        with rows_read() as rows_by_table:
            answer = as_person("alice").get(url, headers={"HX-Request": "true"})
        html = text_of(answer)
        assert "<html" not in html
        assert older(html).endswith(f"?before={MANY - 2 * PART + 1}")
        assert rows_by_table["Event"] <= PART + 1

    def test_takes_the_focus_where_no_link_is_left_to_keep_it(
        self, row: ClusterRequest
    ) -> None:
        prolong(row, 3 * PART)
        url, focused = older(text_of(as_person("alice").get(url_of(row)))), []
        while url:
            answer = as_person("alice").get(url, headers={"HX-Request": "true"})
            url = older(text_of(answer))
            focused.append((bool(url), "autofocus" in text_of(answer)))
        assert focused == [(True, False), (False, True)]

    def test_is_the_same_while_new_ones_come(self, row: ClusterRequest) -> None:
        prolong(row, 3 * PART)
        url = older(text_of(as_person("alice").get(url_of(row))))
        first = as_person("alice").get(url, headers={"HX-Request": "true"}).content
        prolong(row, 4 * PART)
        again = as_person("alice").get(url, headers={"HX-Request": "true"}).content
        assert first == again

    def test_is_hidden_from_a_stranger(self, row: ClusterRequest) -> None:
        answer = as_person("charlie").get(
            url_of(row), {"before": "2"}, headers={"HX-Request": "true"}
        )
        assert answer.status_code == 404

    @pytest.mark.parametrize("count", [PART + 1, PART + 2, PART + 3, 2 * PART])
    def test_has_the_durations_of_the_whole_at_the_border(
        self, row: ClusterRequest, count: int
    ) -> None:
        prolong(row, count)
        whole = timeline_of(list(row.events.all()), list(row.attempts.all()), now=LATER)
        new = newest_part(row, now=LATER)
        old = part_before(row, new.before, now=LATER)
        assert facts([*old.settled, *new.settled, *new.open]) == facts(whole)


def facts(entries: "tuple[Entry, ...] | list[Entry]") -> list[tuple[Any, ...]]:
    return [
        (each.seq, each.title, each.at, each.lasted, each.is_now) for each in entries
    ]


class TestNews:
    @pytest.fixture(autouse=True)
    def _later(self) -> Iterator[None]:
        with time_machine.travel(LATER, tick=False):
            yield

    def test_is_nothing_and_reads_no_history_where_nothing_happened(
        self, row: ClusterRequest, django_assert_max_num_queries: Any
    ) -> None:
        prolong(row, MANY)
        asked = live(text_of(as_person("alice").get(url_of(row))))
        browser = as_person("alice")
        with django_assert_max_num_queries(5), rows_read() as rows_by_table:
            answer = browser.get(url_of(row), asked, headers={"HX-Request": "true"})
        assert (answer.status_code, answer.content) == (204, b"")
        assert rows_by_table == {}

    def test_is_what_is_new_alone(
        self, row: ClusterRequest, django_assert_max_num_queries: Any
    ) -> None:
        prolong(row, MANY)
        asked = live(text_of(as_person("alice").get(url_of(row))))
        record_event(
            row.id, EventKind.DELETION_FAILED, now=LATER, data={"because": "It is new."}
        )
        browser = as_person("alice")
        with django_assert_max_num_queries(8), rows_read() as rows_by_table:
            answer = browser.get(url_of(row), asked, headers={"HX-Request": "true"})
        html = text_of(answer)
        assert "It is new." in html
        assert len(lines(html)) <= 4
        assert len(answer.content) < 6_000
        assert rows_by_table["Event"] <= 6
        assert 'hx-swap-oob="beforeend:#timeline-settled"' in html
        assert 'id="timeline"' not in html

    @pytest.mark.parametrize("steps", [1, 2, 3, 4, 5, 9])
    def test_adds_up_to_what_a_new_page_shows(
        self, row: ClusterRequest, steps: int
    ) -> None:
        prolong(row, 20)
        page = newest_part(row, now=LATER)
        shown, since = list(page.settled), page.since
        for count in range(20 + steps, PART + 1, steps):
            prolong(row, count)
            new = part_since(row, since, now=LATER)
            assert isinstance(new, History)
            shown, since = [*shown, *new.settled], new.since
        whole = newest_part(row, now=LATER)
        assert [*shown, *new.open] == [*whole.settled, *whole.open]

    def test_begins_anew_where_too_much_happened(self, row: ClusterRequest) -> None:
        prolong(row, PART)
        asked = live(text_of(as_person("alice").get(url_of(row))))
        prolong(row, MANY)
        with rows_read() as rows_by_table:
            html = text_of(poll("alice", row, asked))
        assert '<div id="timeline" hx-swap-oob="true">' in html
        assert rows_by_table["Event"] <= 2 * PART + 4

    @pytest.mark.parametrize("since", ["", "x", "-1", "9" * 40, "\0"])
    def test_begins_anew_for_a_page_that_sends_rubbish(
        self, row: ClusterRequest, since: str
    ) -> None:
        asked = live(text_of(as_person("alice").get(url_of(row)))) | {"since": since}
        record_event(row.id, EventKind.DELETION_FAILED, now=LATER)
        html = text_of(poll("alice", row, asked))
        assert '<div id="timeline" hx-swap-oob="true">' in html

    def test_shows_the_answer_of_the_call_under_way(self, row: ClusterRequest) -> None:
        prolong(row, 24)  # the last event is a claim
        with change_history():
            Attempt.objects.filter(request=row).delete()
        attempt = Attempt.objects.create(
            request=row, number=1, claim=24, body_sha256="x", sent_at=LATER
        )
        asked = live(text_of(as_person("alice").get(url_of(row))))
        Attempt.objects.filter(pk=attempt.pk).update(outcome="accepted", status=200)
        html = text_of(poll("alice", row, asked))
        assert "HTTP 200" in html
        assert "HTTP 200" in html[html.index('id="timeline-open"') :]


class TestHandedOver:
    def test_before_a_long_history_still_keeps_its_first_requester_from_deciding(
        self, row: ClusterRequest
    ) -> None:
        mine = factories.submitted("mine", requester=factories.user("bob"))
        factories.user("charlie")
        olga = factories.user("olga")
        hand_over_request(mine, by=olga, requester="charlie", now=NOON)
        prolong(mine, 300)
        html = text_of(as_person("bob").get(url_of(mine)))
        assert 'id="approve"' not in html


class TestReadNumber:
    @pytest.mark.parametrize(
        ("text", "number"),
        [("7", 7), ("2147483647", 2**31 - 1), ("2147483648", 0), ("", 0), ("²", 0)],
    )
    def test_is_zero_for_what_is_none(self, text: str, number: int) -> None:
        assert read_number(text) == number
