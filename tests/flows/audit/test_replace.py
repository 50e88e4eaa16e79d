"""SQLite's REPLACE deletes rows and fires no DELETE trigger: that way is shut, too."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, models

from tests.factories import approved
from tests.flows.audit import scene
from tests.flows.audit.scene import is_refused, stored

pytestmark = pytest.mark.django_db

FAR = 10**6


def replace(row: models.Model, **changes: Any) -> None:
    """Insert a copy of the row with other values, in place of whatever has its keys."""
    names = [field.column for field in row._meta.concrete_fields]
    values = ", ".join("%s" if each in changes else each for each in names)
    given = [changes[each] for each in names if each in changes]
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT OR REPLACE INTO {table} ({', '.join(names)})"  # noqa: S608
            f" SELECT {values} FROM {table} WHERE id = %s",
            [*given, row.pk],
        )


class TestReplace:
    @pytest.mark.parametrize(
        ("make", "changes"),
        [
            (scene.event, {"kind": "another"}),
            (scene.event, {"id": FAR}),
            (scene.event, {"id": None}),
            (scene.installation_event, {"kind": "another"}),
            (scene.installation_event, {"id": FAR}),
            (scene.installation_event, {"id": None}),
            (scene.decision, {"comment": "another"}),
            (scene.decision, {"id": FAR}),
            (scene.void_decision, {"comment": "another"}),
            (scene.attempt, {"status": 200}),
            (scene.attempt, {"id": FAR, "claim": 9}),
            (scene.attempt, {"id": FAR, "number": 9}),
            (scene.answered_attempt, {"status": 500}),
            (scene.answered_attempt, {"id": None, "claim": 9}),
            (scene.answered_attempt, {"id": None, "number": 9}),
        ],
    )
    def test_takes_no_row_away(
        self, make: Callable[[], models.Model], changes: dict[str, Any]
    ) -> None:
        row = make()
        before = stored(row)
        assert is_refused(replace, row, **changes)
        assert stored(row) == before

    @pytest.mark.parametrize(
        ("make", "changes"),
        [
            (scene.event, {"id": FAR, "seq": 9}),
            (scene.installation_event, {"id": None, "seq": 9}),
            (scene.installation_event, {"id": None, "subject_id": "9"}),
            (scene.void_decision, {"id": None}),
            (scene.attempt, {"id": None, "number": 9, "claim": 9}),
        ],
    )
    def test_that_replaces_nothing_passes(
        self, make: Callable[[], models.Model], changes: dict[str, Any]
    ) -> None:
        row = make()
        assert not is_refused(replace, row, **changes)

    @pytest.mark.parametrize("how", ["REPLACE", "IGNORE", "FAIL", "ROLLBACK"])
    @pytest.mark.parametrize("column", ["id", "rowid", "seq"])
    def test_is_no_way_to_update(self, how: str, column: str) -> None:
        first, second = approved().events.order_by("seq")
        value = first.seq if column == "seq" else first.pk
        update = f"UPDATE OR {how} clusters_event SET {column} = {value}"  # noqa: S608
        with connection.cursor() as cursor:
            assert is_refused(cursor.execute, f"{update} WHERE id = {second.pk}")
        assert stored(first)
        assert stored(second)

    def test_of_a_key_as_text_takes_no_row_away(self) -> None:
        row = scene.event()
        assert is_refused(replace, row, id=str(row.pk), kind="another")
        assert is_refused(replace, row, id=float(row.pk), kind="another")
