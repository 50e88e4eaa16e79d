"""Workers of another version than the database schema: real processes on a real database."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.services.migrated import MigratedDatabases
from tests.services.stack import Stack, wait_for

pytestmark = [pytest.mark.services, pytest.mark.nightly]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A portal of this test's own; nothing of it runs yet."""
    made = Stack(
        folder=tmp_path,
        database_url=f"sqlite:///{tmp_path}/portal.sqlite3",
        broker_url=f"filesystem://{tmp_path}/broker",
    )
    try:
        yield made
    finally:
        made.stop()


def write(stack: Stack, statement: str) -> None:
    """Change the table of migrations as another version's migrate does."""
    file = stack.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, timeout=20)) as database, database:
        database.execute(statement)


class TestOldWorker:
    def test_does_not_start_before_the_migrations(self, stack: Stack) -> None:
        stack.start_worker("worker")
        assert stack.processes.pop("worker").wait(60) == 1
        line = stack.log("worker").splitlines()[-1]  # after Celery's word about root
        assert line.startswith("DATABASE_URL: ")
        assert "run manage.py migrate first" in line

    def test_creates_nothing_once_a_newer_version_has_migrated(
        self, stack: Stack, migrated: MigratedDatabases
    ) -> None:
        stack.start(migrate=migrated.copy_to)
        path = stack.person("alice").ask("logs-search")
        write(
            stack,
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('clusters', '9999_next', '2026-11-29 12:00:00')",
        )
        stack.person("bob").approve(path)
        wait_for(lambda: stack.log("worker").count("worker.outdated") > 2)
        assert stack.person("alice").state(path) == "approved"
        assert not stack.calls()["creates"]
        write(stack, "DELETE FROM django_migrations WHERE name = '9999_next'")
        stack.person("alice").waits_for(path, "active")
        assert len(stack.calls()["creates"]) == 1
