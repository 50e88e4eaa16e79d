"""Concurrent operations, on each database: one wins, the other changes nothing."""

import json
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.services.apart import run_apart
from tests.services.migrated import MigratedDatabases
from tests.services.racing import ROUNDS

pytestmark = pytest.mark.services


@pytest.fixture
def database_url(database_url: str, migrated: MigratedDatabases) -> str:
    """The URL of a migrated database; PostgreSQL's commits carelessly, as some do."""
    migrated.copy(database_url)
    if database_url.startswith("postgres"):
        with psycopg.connect(database_url, autocommit=True) as server:
            name = sql.Identifier(server.info.dbname)
            careless = sql.SQL("ALTER DATABASE {} SET synchronous_commit = off")
            server.execute(careless.format(name))
    return database_url


def race(database_url: str) -> dict[str, Any]:
    """Run the races in a process of their own."""
    races = "from tests.services import races; races.run()"
    done = run_apart(races, DATABASE_URL=database_url)
    assert done.returncode == 0, done.stderr
    results: dict[str, Any] = json.loads(done.stdout)
    return results


class TestRaces:
    def test_have_one_winner_each_time(self, database_url: str):
        came = race(database_url)
        assert came["claims"] == {"claims": 5, "rows": 5}
        assert came["cancels"] == {"rounds": ROUNDS, "with one winner": ROUNDS}
        assert came["gates"]["both"] == 0
        assert sum(came["gates"].values()) == ROUNDS
        assert came["twice"] == {"opened, attempts": [[1, 1]]}
        assert came["notes"] == {"rounds": ROUNDS, "with both lines": ROUNDS}
        assert came["names"] == {"states": [["approved", "pending"]]}
        assert came["subjects"] == {"person": 4, "installation": True}
        assert came["submits"] == {"kept": [3], "first key answered alike": True}
        assert came["refreshes"] == {"asked": 1, "begun": 1}
        assert came["mails"] == {"mails": 1, "news": 1}
        assert came["heirs"] == {"rounds": ROUNDS, "approved one's own": 0}
        assert came["heirs_in_between"] == {
            "said": "NotAllowed",
            "state": "pending",
            "decisions": 0,
        }
        assert came["voids"] == {
            "said": "BodyChanged",
            "state": "pending",
            "standing": 0,
        }
        assert came["owners"] == {"rounds": ROUNDS, "owned by somebody else": 0}
        assert came["looks"] == {
            "rounds": ROUNDS,
            "shown once": ROUNDS,
            "erased, so not sent": ROUNDS,
        }
        assert came["chains hold"]
        commits = came["durability"]["before, within, after"]
        assert commits in (["off", "on", "off"], [2, 2, 2])
