"""A name is erased from a whole database of its own, in a transaction of its own."""

import json
from typing import Any

import pytest

from tests.services.apart import run_apart
from tests.services.migrated import MigratedDatabases

pytestmark = pytest.mark.services


def said_by(function: str, database_url: str) -> Any:
    code = f"from tests.services.audit import forgetting; forgetting.{function}()"
    done = run_apart(code, DATABASE_URL=database_url)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class TestErase:
    def test_leaves_the_name_nowhere_and_every_chain_and_head_valid(
        self, database_url: str, migrated: MigratedDatabases
    ) -> None:
        migrated.copy(database_url)
        assert said_by("whole", database_url) == {
            "before": 13,
            "after": [],
            "verified": "chain ok",
            "open": 0,
        }

    def test_leaves_everything_as_it_was_after_an_error(
        self, database_url: str, migrated: MigratedDatabases
    ) -> None:
        migrated.copy(database_url)
        assert said_by("torn", database_url) is True
