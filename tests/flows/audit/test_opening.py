"""The one way to change the history: an opening, of one transaction, that is an event."""

import re
from pathlib import Path
from textwrap import dedent

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from clusters.models import Attempt, Event, HistoryOpening, Subject
from clusters.operations.audit.triggers import trigger_faults
from clusters.operations.core.history_opening import opened_history
from tests.factories import NOON, user
from tests.flows.audit import scene
from tests.flows.audit.scene import is_refused, stored
from tests.openings import change_history

pytestmark = pytest.mark.django_db

WHY = "The owner of the data asked for it."
RUNBOOK = Path(__file__).parents[3] / "docs" / "runbook.md"
ON_PAPER = re.compile(r'shell -c "\n((?:(?!").)*opened_history\(.*?)\n *"\n', re.DOTALL)


def openings() -> list[Event]:
    return list(Event.objects.of_subject(Subject.INSTALLATION, "").order_by("seq"))


class TestAnOpening:
    @pytest.mark.parametrize(
        "make", [scene.event, scene.void_decision, scene.answered_attempt]
    )
    def test_lets_rows_be_changed_and_deleted(self, make) -> None:
        row = make()
        column = "by_name" if hasattr(row, "by_name") else "body_sha256"
        column = "kind" if isinstance(row, Event) else column
        rows = type(row)._base_manager.filter(pk=row.pk)
        with opened_history(why=WHY, now=NOON):
            rows.update(**{column: "another"})
        assert stored(row)[column] == "another"
        with opened_history(why=WHY, now=NOON):
            rows.delete()
        assert not rows.exists()

    def test_is_an_event_that_says_who_and_why(self) -> None:
        row = scene.event()
        with opened_history(
            why=WHY, now=NOON, by=user("olga"), via="shell", data={"rows": 1}
        ) as event:
            Event.objects.filter(pk=row.pk).update(kind="another")
        assert openings() == [event]
        assert event.kind == "history.opened"
        assert (event.actor_name, event.at) == ("olga", NOON)
        assert event.data == {"why": WHY, "via": "shell", "rows": 1}
        assert openings()[0].is_intact()

    def test_ends_with_its_block(self) -> None:
        row = scene.event()
        with opened_history(why=WHY, now=NOON):
            pass
        assert not HistoryOpening.objects.exists()
        assert is_refused(Event.objects.filter(pk=row.pk).update, kind="another")
        assert trigger_faults() == []

    def test_within_another_one_leaves_that_one_open(self) -> None:
        row = scene.event()
        with opened_history(why=WHY, now=NOON):
            with opened_history(why=WHY, now=NOON):
                pass
            Event.objects.filter(pk=row.pk).update(kind="another")
        assert [event.seq for event in openings()] == [1, 2]
        assert not HistoryOpening.objects.exists()

    def test_that_fails_leaves_nothing(self) -> None:
        row = scene.event()
        before = stored(row)
        with pytest.raises(ZeroDivisionError), opened_history(why=WHY, now=NOON):
            Event.objects.filter(pk=row.pk).update(kind="another")
            raise ZeroDivisionError
        assert openings() == []
        assert not HistoryOpening.objects.exists()
        assert stored(row) == before

    def test_of_a_transaction_that_fails_leaves_nothing(self) -> None:
        row = scene.event()
        with pytest.raises(IntegrityError), transaction.atomic():
            with opened_history(why=WHY, now=NOON):
                Event.objects.filter(pk=row.pk).update(kind="another")
            Event.objects.filter(pk=row.pk).update(kind="a third")
        assert openings() == []
        assert stored(row)["kind"] == "approve"

    def test_is_not_made_by_a_temporary_table(self) -> None:
        row = scene.event()
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE clusters_historyopening AS SELECT"
                " event_id, transaction_id FROM clusters_historyopening"
            )
            opened = "INSERT INTO clusters_historyopening SELECT 1, {}"
            own = "0" if connection.vendor == "sqlite" else "txid_current()"
            cursor.execute(opened.format(own))
        assert is_refused(Event.objects.filter(pk=row.pk).delete)

    def test_that_was_left_behind_is_named(self) -> None:
        event = scene.event()
        HistoryOpening.objects.create(event=event)
        assert trigger_faults() == [
            "The history was left open: a row in clusters_historyopening names the event"
            f" {event.pk}."
        ]


class TestTheRunbook:
    def test_has_a_way_that_works(self) -> None:
        row = scene.answered_attempt()
        with change_history():
            Attempt.objects.filter(pk=row.pk).update(raw="password=s3cret")
        code = ON_PAPER.search(RUNBOOK.read_text(encoding="utf-8"))
        assert code
        words = dedent(code[1]).replace("OLGA", user("olga").username)
        call_command("shell", command=words.replace("NUMBER", str(row.pk)))
        assert Attempt.objects.get(pk=row.pk).raw == ""
        [event] = openings()
        assert (event.actor_name, event.data["via"]) == ("olga", "shell")


class TestTheOpeningOfTests:
    def test_writes_no_event(self) -> None:
        row = scene.event()
        count = Event.objects.count()
        with change_history():
            Event.objects.filter(pk=row.pk).update(kind="another")
        assert (Event.objects.count(), stored(row)["kind"]) == (count, "another")
        assert is_refused(Event.objects.filter(pk=row.pk).delete)
        assert trigger_faults() == []
