"""What the triggers let pass and what they refuse, by SQL of any writer."""

from collections.abc import Callable

import pytest
from django.db import connection, models
from django.db.models import F

from clusters.models import Attempt, Decision, Event
from tests.flows.audit import scene
from tests.flows.audit.scene import LATER, SENT, is_refused, refused_changes, stored

pytestmark = pytest.mark.django_db

GUARDED = pytest.mark.parametrize(
    "make",
    [
        scene.event,
        scene.installation_event,
        scene.decision,
        scene.void_decision,
        scene.attempt,
        scene.answered_attempt,
    ],
)


def fields_of(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


class TestAnUpdate:
    @pytest.mark.parametrize("make", [scene.event, scene.installation_event])
    def test_changes_no_column_of_an_event(self, make: Callable[[], Event]) -> None:
        row = make()
        before = stored(row)
        assert refused_changes(row) == fields_of(Event)
        assert stored(row) == before

    def test_makes_a_decision_void_and_nothing_else(self) -> None:
        row = scene.decision()
        assert refused_changes(row) == fields_of(Decision) - {"voided_at"}

    def test_changes_no_column_of_a_void_decision(self) -> None:
        assert refused_changes(scene.void_decision()) == fields_of(Decision)

    @pytest.mark.parametrize("make", [scene.void_decision, scene.answered_attempt])
    def test_does_not_undo_the_end(self, make: Callable[[], models.Model]) -> None:
        row = make()
        end = (
            {"voided_at": None} if isinstance(row, Decision) else {"answered_at": None}
        )
        rows = type(row)._base_manager.filter(pk=row.pk)
        assert is_refused(rows.update, **end)

    def test_makes_a_decision_void_with_no_other_change(self) -> None:
        rows = Decision.objects.filter(pk=scene.decision().pk)
        assert is_refused(rows.update, voided_at=LATER, comment="no")
        assert not is_refused(rows.update, voided_at=LATER)

    def test_does_not_change_what_was_sent(self) -> None:
        assert refused_changes(scene.attempt()) == SENT

    def test_changes_no_column_of_an_answered_attempt(self) -> None:
        assert refused_changes(scene.answered_attempt()) == fields_of(Attempt)

    @GUARDED
    def test_that_changes_nothing_passes(
        self, make: Callable[[], models.Model]
    ) -> None:
        row = make()
        before = stored(row)
        row.save(force_update=True)
        columns = fields_of(type(row)) - {"id"}
        same = {name: F(name) for name in columns}
        assert type(row)._base_manager.filter(pk=row.pk).update(**same) == 1
        assert stored(row) == before

    def test_of_another_table_passes(self) -> None:
        row = scene.event().request
        assert row is not None
        row.reason = "another"
        row.save()
        assert stored(row)["reason"] == "another"


class TestADelete:
    @GUARDED
    def test_is_refused(self, make: Callable[[], models.Model]) -> None:
        row = make()
        before = stored(row)
        assert is_refused(type(row)._base_manager.filter(pk=row.pk).delete)
        assert stored(row) == before


class TestAnInsert:
    @GUARDED
    def test_updates_no_row_with_its_key(
        self, make: Callable[[], models.Model]
    ) -> None:
        row = make()
        before = stored(row)
        names = [f.column for f in row._meta.concrete_fields]
        table, columns = row._meta.db_table, ", ".join(names)
        column = "comment" if isinstance(row, Decision) else "body_sha256"
        column = "kind" if isinstance(row, Event) else column
        upsert = (
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}"  # noqa: S608
            f" WHERE id = %s ON CONFLICT (id) DO UPDATE SET {column} = 'another'"
        )
        with connection.cursor() as cursor:
            assert is_refused(cursor.execute, upsert, [row.pk])
        assert stored(row) == before
