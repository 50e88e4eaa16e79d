"""Tries at the same moment take no more places than there are, on each database."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.services.stack import KEY, ROOT

pytestmark = pytest.mark.services


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/portal.sqlite3"
    url: str = request.getfixturevalue("postgres_url")
    return url


def race(database_url: str) -> dict[str, Any]:
    """Run the races in a process of their own."""
    races = "from tests.services import sign_in_races; sign_in_races.run()"
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {races}"],
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
    assert done.returncode == 0, done.stderr[-4000:]
    results: dict[str, Any] = json.loads(done.stdout)
    return results


class TestSignInRaces:
    def test_hash_no_more_passwords_than_may_fail(self, database_url: str) -> None:
        came = race(database_url)
        assert came["upgrade"] == {"tables": [], "types": 0, "permissions": 0}
        assert came["pair"] == {"refused": 5, "limited": 11, "hashed": 5, "closed": 1}
        assert came["name"] == {"refused": 20, "limited": 12, "hashed": 20, "closed": 1}
        assert came["address"] == {
            "refused": 10, "limited": 6, "hashed": 10, "closed": 1,
        }  # fmt: skip
        assert came["right"] == {"let in": 16, "hashed": 16, "closed": 0}
        assert came["odd"] == {"refused": 5, "hashed": 5, "closed": 0}
        assert came["swept"] == {"rounds": 30, "with the try": 30}
