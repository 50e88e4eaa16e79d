"""How small things look."""

from datetime import UTC, datetime, timedelta

import pytest

from clusters.templatetags.portal_tags import (
    age,
    age_words,
    duration,
    exact,
    icon,
    split_commas,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class TestAge:
    @pytest.mark.parametrize(
        ("length", "words"),
        [
            (timedelta(seconds=-5), "just now"),
            (timedelta(seconds=59), "just now"),
            (timedelta(seconds=60), "1 min ago"),
            (timedelta(minutes=59, seconds=59), "59 min ago"),
            (timedelta(hours=1), "1 h ago"),
            (timedelta(hours=23, minutes=59), "23 h ago"),
            (timedelta(days=1), "1 d ago"),
            (timedelta(days=30), "30 d ago"),
            (timedelta(days=31), "23 Oct 2026"),
        ],
    )
    def test_is_said_in_the_largest_whole_unit(
        self, length: timedelta, words: str
    ) -> None:
        assert age_words(NOON - length, NOON) == words

    def test_carries_the_exact_time(self) -> None:
        shown = age(datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC))
        assert 'title="2 Jan 2020, 03:04:05 UTC"' in shown

    def test_of_nothing_is_a_dash(self) -> None:
        assert age(None) == "\N{EN DASH}"


class TestExact:
    def test_names_the_zone(self) -> None:
        assert exact(NOON) == "23 Nov 2026, 12:00:00 UTC"


class TestDuration:
    @pytest.mark.parametrize(
        ("length", "words"),
        [
            (None, ""),
            (1.31, "1.3 s"),
            (timedelta(seconds=12), "12 s"),
            (timedelta(minutes=4, seconds=59), "4 min"),
            (timedelta(minutes=59, seconds=59), "59 min"),
            (timedelta(hours=1), "1 h"),
            (timedelta(hours=1, seconds=59), "1 h"),
            (timedelta(hours=2, minutes=5), "2 h 5 min"),
            (timedelta(hours=47, minutes=59), "47 h 59 min"),
            (timedelta(hours=48), "2 d"),
            (timedelta(days=2, hours=23), "2 d"),
            (timedelta(days=30), "30 d"),
        ],
    )
    def test_has_units(self, length: timedelta | float | None, words: str) -> None:
        assert duration(length) == words


class TestSplitCommas:
    def test_gives_each_endpoint_of_a_cluster(self) -> None:
        assert split_commas("10.0.0.1:9200,10.0.0.2:9200") == [
            "10.0.0.1:9200",
            "10.0.0.2:9200",
        ]

    def test_gives_nothing_of_nothing(self) -> None:
        assert split_commas("") == []


class TestIcon:
    def test_says_nothing_to_screen_readers(self) -> None:
        assert 'aria-hidden="true"' in icon("good")

    def test_never_carries_markup(self) -> None:
        assert "<script" not in icon('"><script')
