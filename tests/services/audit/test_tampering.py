"""Whatever is changed by SQL is found, and the first bad row named, on both databases."""

import json

import pytest

from tests.services.apart import run_apart
from tests.services.migrated import MigratedDatabases

pytestmark = pytest.mark.services

CODE = "from tests.services.audit import tampering; tampering.run()"


class TestTampering:
    def test_is_found_in_every_way(
        self, database_url: str, migrated: MigratedDatabases
    ) -> None:
        migrated.copy(database_url)
        done = run_apart(CODE, DATABASE_URL=database_url)
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        well = answer["before"]
        assert well.endswith(" events, 11 requests, chain ok")
        assert answer["wrong"] == {}
        assert answer["wrong without triggers"] == {}
        assert {"column kind", "middle deleted", "reordered"} <= {*answer["closed"]}
        assert {name.partition("_is_")[0] for name in answer["left without"]} == {
            "clusters_event",
            "clusters_decision",
            "clusters_attempt",
        }
        assert answer["left without"] == {
            name: f"The trigger {name} is missing." for name in answer["left without"]
        }
        assert answer["ways"] > 50
        assert answer["after"] == well
        assert answer["from head"]["before"] == well
        assert "Events were removed or added since" in answer["from head"]["cut"]
