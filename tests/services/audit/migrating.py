"""
What `migrate` does about the triggers; each function is for a process of its own.

Each prints a value of JSON.
"""

import json
import sys
from contextlib import suppress
from typing import Any
from unittest.mock import patch

from django.core.management import CommandError, call_command
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor

from clusters.models import Attempt, Decision, Event, HistoryOpening
from clusters.operations.audit.triggers import drop_triggers, trigger_faults
from tests import factories
from tests.flows.audit.scene import is_refused


def forth_and_back() -> None:
    """Migrate, back to before there were openings, and again, with a row in between."""
    call_command("migrate", verbosity=0)
    said = {"migrated": trigger_faults(), "refused": [_refuses()]}
    call_command("migrate", "clusters", "0021", verbosity=0)
    said["left"] = _triggers()
    call_command("migrate", verbosity=0)
    said["again"] = trigger_faults()
    said["refused"].append(_refuses())
    json.dump(said, sys.stdout)


def table_made_anew() -> None:
    """Remake a table as SQLite's migrations do, or as near as PostgreSQL comes to it."""
    said = {}
    for model in (Event, Decision, Attempt):
        _remake(model)
        said[model.__name__] = trigger_faults()
        call_command("migrate", verbosity=0)
        assert trigger_faults() == []
    json.dump(said, sys.stdout)


def opening_made_anew() -> None:
    """Let a migration remake the table that every trigger names."""

    def remade(executor: MigrationExecutor, *_: Any, **__: Any) -> Any:
        assert executor.progress_callback
        executor.progress_callback("apply_start", _NewTable, False)
        assert _triggers() == []
        _remake(HistoryOpening)
        executor.progress_callback("apply_success", _NewTable, False)
        return executor.loader.project_state(executor.loader.graph.leaf_nodes())

    with _pending(), patch.object(MigrationExecutor, "migrate", remade):
        call_command("migrate", verbosity=0)
    json.dump(trigger_faults(), sys.stdout)


def refused() -> None:
    """Let a migration fail after it began; the triggers are back."""

    def fail(executor: MigrationExecutor, *_: Any, **__: Any) -> None:
        assert executor.progress_callback
        executor.progress_callback("apply_start", _NewTable, False)
        assert _triggers() == []
        raise CommandError

    with (
        _pending(),
        patch.object(MigrationExecutor, "migrate", fail),
        suppress(CommandError),
    ):
        call_command("migrate", verbosity=0)
    json.dump(trigger_faults(), sys.stdout)


def only_asked() -> None:
    """Ask what `migrate` would do where the triggers are missing: nothing is made."""
    drop_triggers()
    call_command("migrate", plan=True, stdout=sys.stderr)
    call_command("migrate", check_unapplied=True, stdout=sys.stderr)
    json.dump(_triggers(), sys.stdout)


class _NewTable:
    """Stands in for a migration; `migrate` prints only its name."""

    app_label, name = "clusters", "9999_new_table"


def _pending() -> Any:
    plan = [(_NewTable, False)]
    return patch.object(MigrationExecutor, "migration_plan", lambda *_, **__: plan)


def _remake(model: type[models.Model]) -> None:
    with connection.schema_editor() as editor:
        if connection.vendor == "sqlite":
            editor._remake_table(model)
        else:
            editor.execute(f"CREATE TABLE remade (LIKE {model._meta.db_table})")
            editor.execute(f"DROP TABLE {model._meta.db_table} CASCADE")
            editor.execute(f"ALTER TABLE remade RENAME TO {model._meta.db_table}")


def _refuses() -> bool:
    row = Event.objects.first() or factories.submitted().events.get()
    return is_refused(Event.objects.filter(pk=row.pk).update, kind="another")


def _triggers() -> list[str]:
    catalog = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(catalog[connection.vendor])
        return [name for (name,) in cursor.fetchall()]
