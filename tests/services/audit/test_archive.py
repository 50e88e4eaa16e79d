"""Requests are archived from a whole database of their own, in several transactions."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.services.apart import run_apart
from tests.services.migrated import MigratedDatabases

pytestmark = pytest.mark.services


@pytest.fixture
def database(database_url: str, migrated: MigratedDatabases) -> str:
    migrated.copy(database_url)
    return database_url


def run(function: str, database: str, file: Path) -> Any:
    code = (
        "from tests.services.audit import archiving;"
        f" archiving.{function}({str(file)!r})"
    )
    return run_apart(code, DATABASE_URL=database)


def said_by(function: str, database: str, file: Path) -> Any:
    done = run(function, database, file)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class TestArchive:
    def test_and_database_are_verified_together(
        self, database: str, tmp_path: Path
    ) -> None:
        assert said_by("whole", database, tmp_path / "old.archive") == {
            "before": "37 events, 11 requests, chain ok",
            "after": "42 events, 11 requests, chain ok",
        }

    def test_that_was_killed_before_the_commit_has_removed_nothing(
        self, database: str, tmp_path: Path
    ) -> None:
        file = tmp_path / "old.archive"
        assert run("killed", database, file).returncode == 9
        assert file.stat().st_size > 1000
        assert said_by("after_the_kill", database, file) == [
            11,
            "38 events, 11 requests, chain ok",
            7,
            "41 events, 11 requests, chain ok",
        ]

    @pytest.mark.parametrize("function", ["retried_meanwhile", "told_meanwhile"])
    def test_leaves_what_was_changed_while_it_waited(
        self, database: str, tmp_path: Path, function: str
    ) -> None:
        assert said_by(function, database, tmp_path / "old.archive") is True
