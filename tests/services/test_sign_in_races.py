"""Tries at the same moment take no more places than there are, on each database."""

import json
from typing import Any

import pytest

from tests.services.apart import run_apart

pytestmark = [pytest.mark.services, pytest.mark.nightly]


def race(database_url: str) -> dict[str, Any]:
    """Run the races in a process of their own."""
    races = "from tests.services import sign_in_races; sign_in_races.run()"
    done = run_apart(races, DATABASE_URL=database_url)
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
