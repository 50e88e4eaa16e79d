"""The quick hash of raw columns is that of the model, whatever stands in them."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.models import Event
from clusters.models.event_row import (
    EventRow,
    Unreadable,
    expected_hash,
    has_true_names,
    subject_of,
)

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
NUMBERS = st.integers(-(10**30), 10**30) | st.floats()
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
    ),
    max_leaves=8,
)
DATA = st.dictionaries(TEXT, VALUES, max_size=4)
NAMES = st.dictionaries(
    TEXT, st.tuples(TEXT, st.none() | st.integers(1, 10**9)), max_size=2
)
TIMES = st.datetimes(timezones=st.just(UTC))
SUBJECTS = st.uuids() | st.tuples(TEXT, TEXT)


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Draw an event of any format and subject, with its names as they are kept."""
    subject = draw(SUBJECTS)
    event = Event(
        format=draw(st.sampled_from([1, 2, 3])),
        seq=draw(st.integers(1, 2**31)),
        at=draw(TIMES),
        data=draw(DATA),
        actor_id=draw(st.none() | st.integers(1, 2**31)),
        **{
            name: draw(TEXT)
            for name in (
                "kind",
                "from_state",
                "to_state",
                "actor_name",
                "correlation_id",
                "previous_hash",
            )
        },
    )
    if isinstance(subject, uuid.UUID):
        event.request_id = subject
    else:
        event.subject_kind, event.subject_id = subject
    if event.format != 1:
        event.keep_names(draw(NAMES))
    event.hash = event.expected_hash()
    return event


def _sqlite_time(at: datetime) -> str:
    return str(at.replace(tzinfo=None))


def _postgres_time(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _jsonb(value: Any) -> str:
    """Return JSON as jsonb prints it: shorter keys first, blanks, letters as they are."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        inner = (f"{_letters(key)}: {_jsonb(value[key])}" for key in keys)
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_jsonb, value)) + "]"
    return _letters(value)


def _letters(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def row_of(event: Event, *, is_sqlite: bool) -> EventRow:
    """Return the row as the driver of a database would return it."""
    request = event.request_id
    as_text = str if not is_sqlite else lambda each: each.hex
    to_json = json.dumps if is_sqlite else _jsonb
    time = _sqlite_time if is_sqlite else _postgres_time
    return EventRow(
        id=1,
        request_id=as_text(request) if request else "",
        at=time(event.at),
        data=to_json(event.data),
        names=to_json(event.names),
        **{
            name: getattr(event, name)
            for name in EventRow._fields
            if name not in ("id", "request_id", "at", "data", "names")
        },
    )


class TestARow:
    @given(events(), st.booleans())
    def test_has_the_hash_of_its_event(self, event: Event, is_sqlite: bool) -> None:
        row = row_of(event, is_sqlite=is_sqlite)
        assert expected_hash(row) == event.expected_hash()
        assert has_true_names(row)
        assert subject_of(row) == event.subject

    @given(events(), st.booleans(), st.data())
    def test_has_other_names_where_its_event_has(
        self, event: Event, is_sqlite: bool, data: st.DataObject
    ) -> None:
        kept = [*event.names.values()] if event.format != 1 else []
        for each in kept:
            each.update(data.draw(st.sampled_from([{}, {"text": "x"}, {"salt": ""}])))
        event.actor_name = data.draw(st.sampled_from([event.actor_name, "mallory"]))
        event.hash = event.expected_hash()  # of format 1 it covers the name
        row = row_of(event, is_sqlite=is_sqlite)
        assert has_true_names(row) == event.is_intact()

    @pytest.mark.parametrize("at", ["2026-11-23 12:00:00.5", "2026-11-23T12:00:00Z"])
    def test_may_have_its_time_in_another_spelling(self, at: str) -> None:
        half = 500_000 if at.endswith(".5") else 0
        event = Event(seq=1, at=datetime(2026, 11, 23, 12, 0, 0, half, tzinfo=UTC))
        row = row_of(event, is_sqlite=True)._replace(at=at)
        assert expected_hash(row) == event.expected_hash()

    @pytest.mark.parametrize(
        "change",
        [
            {"data": '{"a": '},
            {"data": "[" * 100_000},
            {"data": b"{}"},
            {"names": "[]"},
            {"names": '{"to": 1}'},
            {"at": "yesterday"},
            {"at": None},
            {"request_id": "none"},
            {"kind": 7},
        ],
    )
    def test_may_be_unreadable(self, change: dict[str, Any]) -> None:
        event = Event(seq=1, at=datetime(2026, 11, 23, tzinfo=UTC))
        row = row_of(event, is_sqlite=True)._replace(**change)
        with pytest.raises(Unreadable):
            expected_hash(row)

    @pytest.mark.parametrize(
        "change", [{"actor_salt": "s"}, {"actor_digest": "d"}, {"names": '{"a": {}}'}]
    )
    def test_of_format_1_has_nothing_that_its_hash_leaves_out(
        self, change: dict[str, str]
    ) -> None:
        event = Event(format=1, seq=1, at=datetime(2026, 11, 23, tzinfo=UTC))
        row = row_of(event, is_sqlite=True)
        assert has_true_names(row)
        assert not has_true_names(row._replace(**change))

    def test_has_nothing_in_its_names_but_what_is_kept_of_each(self) -> None:
        event = Event(seq=1, at=datetime(2026, 11, 23, tzinfo=UTC))
        event.keep_names({"to": ("bob", 1)})
        assert has_true_names(row_of(event, is_sqlite=True))
        event.names["to"]["more"] = 1
        assert not has_true_names(row_of(event, is_sqlite=True))
