"""Checks and heads beside those who write, on both databases."""

import json

import pytest

from tests.services.apart import run_apart
from tests.services.migrated import MigratedDatabases

pytestmark = pytest.mark.services

CODE = "from tests.services.audit import moments; moments.run()"


class TestAMoment:
    def test_is_seen_whole_and_locks_nobody_out(
        self, database_url: str, migrated: MigratedDatabases
    ) -> None:
        migrated.copy(database_url)
        done = run_apart(CODE, DATABASE_URL=database_url)
        assert done.returncode == 0, done.stderr
        is_postgres = database_url.startswith("postgres")
        assert json.loads(done.stdout) == {
            "seen": 1,
            "then": 4,
            # SQLite has one writer at a time: no number is given out before its row.
            "head": "The history is being written; try again."
            if is_postgres
            else "4 events",
            "after": "5 events",
            "verified": True,
        }
