"""
One pass through all migrations that leaves rows behind in each earlier state.

`run` does it in a process of its own, since migrations work on the default database. It
writes, as JSON: `written`, the rows of each state as they were written; `before`, all
rows in the last state before requests and clusters were parted; `after`, all rows in
the newest state.
"""

import json
import sys
from typing import Any, Final

from django.apps.registry import Apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from tests.services.migration.dump import Rows, dump
from tests.services.migration.writer import write, write_twins

APP: Final = "clusters"
LAST: Final = "0017_kept_forms"
"""The last state in which the columns of a cluster stood on its request."""


def earlier_states() -> list[str]:
    """Return the names of the migrations up to `LAST`, the first one first."""
    nodes = MigrationExecutor(connection).loader.graph.nodes
    return sorted(name for app, name in nodes if app == APP and name <= LAST)


def migrate_to(name: str) -> Apps:
    """Migrate to this state and return its models; other apps to their newest."""
    executor = MigrationExecutor(connection)
    executor.migrate(_targets(executor, name))
    return models_at(name)


def models_at(name: str) -> Apps:
    """Return the models of this state."""
    executor = MigrationExecutor(connection)
    return executor.loader.project_state(_targets(executor, name)).apps


def _targets(executor: MigrationExecutor, name: str) -> list[tuple[str, str]]:
    leaves = executor.loader.graph.leaf_nodes()
    return [(APP, name), *(leaf for leaf in leaves if leaf[0] != APP)]


def newest_models() -> Apps:
    """Return the models of the newest state, as the migrations and not the code say."""
    loader = MigrationExecutor(connection).loader
    return loader.project_state(loader.graph.leaf_nodes()).apps


def finish() -> None:
    """Migrate to the newest state, as an upgrade does."""
    call_command("migrate", verbosity=0)


def run() -> None:
    """Do all of it."""
    written: dict[str, Rows] = {}
    for step, name in enumerate(earlier_states(), 1):
        apps = migrate_to(name)
        with transaction.atomic():
            written[name] = write(apps, step)
    apps = models_at(LAST)
    write_twins(apps)
    before = dump(apps)
    finish()
    after = dump(newest_models())
    answer: dict[str, Any] = {"written": written, "before": before, "after": after}
    sys.stdout.write(json.dumps(answer))
