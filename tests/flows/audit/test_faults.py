"""Triggers that are missing are named, and made anew by `migrate` and `flush` alone."""

from typing import Any, NoReturn

import pytest
from django.core.checks import Error
from django.core.checks.registry import registry
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from clusters.models import ClusterRequest, Event
from clusters.operations.audit.deploy_check import check_triggers
from clusters.operations.audit.guarded_tables import GUARDED
from clusters.operations.audit.triggers import (
    drop_triggers,
    has_guarded_tables,
    install_triggers,
    mend_triggers,
    trigger_faults,
)
from tests.factories import submitted
from tests.flows.audit.scene import is_refused

KINDS = {
    "sqlite": ("update", "delete", "replace"),
    "postgresql": ("change", "truncate"),
}


def expected() -> list[tuple[str, str]]:
    """Return the name of each trigger, with its table."""
    kinds = KINDS[connection.vendor]
    tables = ("clusters_event", "clusters_decision", "clusters_attempt")
    return [(f"{each}_is_closed_to_{kind}", each) for each in tables for kind in kinds]


def drop(name: str, table: str) -> None:
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{on}")


def missing(name: str) -> str:
    return f"The trigger {name} is missing."


@pytest.mark.django_db
class TestATrigger:
    def test_is_named_when_it_is_missing(self) -> None:
        assert trigger_faults() == []
        for name, table in expected():
            drop(name, table)
            assert trigger_faults() == [missing(name)]
            mend_triggers()
            assert trigger_faults() == []

    def test_is_there_for_each_table(self) -> None:
        assert [each.name for each in GUARDED] == list(dict(map(reversed, expected())))
        drop_triggers()
        assert trigger_faults() == [missing(name) for name, _ in expected()]
        install_triggers()
        assert trigger_faults() == []

    def test_is_named_by_the_check_before_a_deployment(self) -> None:
        assert check_triggers() == []
        name, table = expected()[0]
        drop(name, table)
        assert check_triggers() == [
            Error(missing(name), hint=check_triggers()[0].hint, id="clusters.E001")
        ]
        assert check_triggers in registry.get_checks(include_deployment_checks=True)
        assert check_triggers not in registry.get_checks()

    def test_is_not_missed_where_the_database_is_not_migrated(self) -> None:
        drop_triggers()
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE clusters_attempt RENAME COLUMN raw TO old")
        assert not has_guarded_tables()
        mend_triggers()
        assert check_triggers() == []
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE clusters_attempt RENAME COLUMN old TO raw")
            cursor.execute("ALTER TABLE clusters_historyopening RENAME TO away")
        assert not has_guarded_tables()

    def test_is_not_missed_where_nobody_answers(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_args: object, **_how: object) -> NoReturn:
            raise OperationalError("connection refused")

        monkeypatch.setattr(BaseDatabaseWrapper, "_cursor", refuse)
        assert check_triggers() == []


class TestFlush:
    @pytest.mark.django_db(transaction=True)
    def test_empties_the_database_of_a_test_run_and_guards_it_again(self) -> None:
        row = submitted()
        call_command("flush", interactive=False, verbosity=0)
        assert not ClusterRequest.objects.filter(pk=row.pk).exists()
        assert trigger_faults() == []
        submitted()
        assert is_refused(Event.objects.all().delete)

    @pytest.mark.django_db
    def test_refuses_any_other(self, monkeypatch: pytest.MonkeyPatch) -> None:
        submitted()
        tests: dict[str, Any] = connection.settings_dict["TEST"]
        monkeypatch.setitem(tests, "NAME", "another")
        with pytest.raises(CommandError, match="Only the database of a test run"):
            call_command("flush", interactive=False)
        monkeypatch.setitem(tests, "NAME", None)
        with pytest.raises(CommandError, match="Only the database of a test run"):
            call_command("flush", interactive=False)
        assert ClusterRequest.objects.exists()
