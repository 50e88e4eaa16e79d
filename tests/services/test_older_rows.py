"""Rows of the release before stay as they are, on both databases, killed or not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.older_rows import EVENTS
from tests.services.stack import KEY, ROOT

pytestmark = pytest.mark.services


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/portal.sqlite3"
    url: str = request.getfixturevalue("postgres_url")
    return url


def step(name: str, database_url: str) -> "subprocess.CompletedProcess[str]":
    code = (
        "import django; django.setup(); "
        f"from tests.services import older_rows; older_rows.{name}()"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={
            **os.environ,
            "DEBUG": "on",
            "SECRET_KEY": "only-for-tests-" * 4,
            "ENCRYPTION_KEYS": KEY,
            "DATABASE_URL": database_url,
            "CELERY_BROKER_URL": "memory://",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        },
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


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
