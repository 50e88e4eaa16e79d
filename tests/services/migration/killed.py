"""
Migrates rows of the state before requests and clusters were parted, killed at each commit.

Each run is a process of its own that calls `manage.py migrate`. Of two runs the first is
killed, by SIGKILL, when it is about to commit, and the second when it has committed. So
they die in the middle of each migration and of each batch, and between any two of them,
and every run finds what the one before has left.
"""

import json
import os
import signal
import sys
import traceback
from importlib import import_module
from typing import Any, Final
from unittest.mock import patch

from django.core.management import execute_from_command_line
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from tests.services.migration import forward
from tests.services.migration.dump import dump
from tests.services.migration.writer import write, write_twins

BATCH: Final = 10
"""Rows that one commit moves; few, so that there are several batches."""
_MOVE: Final = "clusters.migrations.0019_move_clusters"
_END: Final = "0020_clusters_apart"
_MOST_RUNS: Final = 60

_commit = BaseDatabaseWrapper.commit
_migrate = MigrationExecutor.migrate


def run() -> None:
    """Write the rows, migrate, and tell as JSON what was there and what came of it."""
    apps = forward.migrate_to(forward.LAST)
    with transaction.atomic():
        write(apps, len(forward.earlier_states()))
        write_twins(apps)
    before = dump(apps)
    kills = _migrate_until_done()
    forward.finish()
    answer = {"before": before, "after": dump(forward.newest_models()), "kills": kills}
    sys.stdout.write(json.dumps(answer))


def _migrate_until_done() -> list[str]:
    """Return what was there after each run that was killed."""
    kills: list[str] = []
    while len(kills) < _MOST_RUNS:
        commits_first = len(kills) % 2 == 1
        if not _is_killed(commits_first=commits_first):
            return kills
        kills.append(_progress())
    raise AssertionError(f"not done after {_MOST_RUNS} runs: {kills}")


def _is_killed(*, commits_first: bool) -> bool:
    """Migrate in a process of its own; whether it was killed before it was done."""
    connection.close()
    child = os.fork()
    if not child:
        _run_killed(commits_first=commits_first)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def _run_killed(*, commits_first: bool) -> None:
    def commit(database: BaseDatabaseWrapper) -> None:
        if commits_first:
            _commit(database)
        os.kill(os.getpid(), signal.SIGKILL)

    def migrate(executor: MigrationExecutor, *args: Any, **named: Any) -> Any:
        # Not before: on SQLite the checks of a command commit, too.
        with patch.object(BaseDatabaseWrapper, "commit", commit):
            return _migrate(executor, *args, **named)

    code = 1
    try:
        with (
            patch.object(import_module(_MOVE), "BATCH", BATCH),
            patch.object(MigrationExecutor, "migrate", migrate),
        ):
            command = ["manage.py", "migrate", "clusters", _END, "--verbosity", "0"]
            execute_from_command_line(command)
        code = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(code)  # this is a fork: nobody is to go on above it


def _progress() -> str:
    """Return the last migration that is done, and how many requests have a cluster."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(name) FROM django_migrations WHERE app = 'clusters'")
        [name] = cursor.fetchone()
        moved = 0
        if name > forward.LAST:
            cursor.execute(
                "SELECT count(*) FROM clusters_clusterrequest"
                " WHERE cluster_id IS NOT NULL"
            )
            [moved] = cursor.fetchone()
    return f"{name[:4]} {moved}"
