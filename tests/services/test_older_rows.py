"""Rows of the release before stay as they are, on both databases, killed or not."""

import json
import subprocess

import pytest

from tests.services.apart import run_apart
from tests.services.older_rows import EVENTS

pytestmark = [pytest.mark.services, pytest.mark.nightly]


def step(name: str, database_url: str) -> "subprocess.CompletedProcess[str]":
    """Run this function of `older_rows` in a process of its own."""
    code = f"from tests.services import older_rows; older_rows.{name}()"
    return run_apart(code, DATABASE_URL=database_url)


class TestOlderRows:
    def test_are_kept_and_go_on_after_a_migration_that_was_killed(
        self, database_url: str
    ) -> None:
        written = step("write", database_url)
        assert written.returncode == 0, written.stderr
        assert step("killed", database_url).returncode == 9
        done = step("finish", database_url)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == {
            "formats": [1, 1, 2],
            "events": EVENTS + 2,
            "intact": True,
            "chained": True,
            "homeless": False,
            "two subjects": False,
        }
