"""The columns of requests about their clusters move to rows of clusters; nothing is lost."""

import json
import subprocess
from typing import Any

import pytest

from tests.services.apart import run_apart

pytestmark = [pytest.mark.services, pytest.mark.nightly]


@pytest.fixture
def step(database_url: str) -> Any:
    """Run a function of `cluster_migration` in a process of its own."""

    def run(name: str, *, code: int = 0) -> "subprocess.CompletedProcess[str]":
        text = f"from tests.services import cluster_migration as it; it.{name}()"
        done = run_apart(text, DATABASE_URL=database_url)
        assert done.returncode == code, done.stderr
        return done

    return run


class TestMigration:
    def test_keeps_all_after_a_kill_and_leads_back(self, step: Any) -> None:
        step("write")
        before = json.loads(step("told").stdout)
        step("killed", code=9)
        clusters = {each["id"]: each for each in json.loads(step("finish").stdout)}
        assert sorted(clusters) == [f"cloud-{each}" for each in (0, 1, 2, 5, 6, 7)]
        pair = clusters.pop("cloud-0")
        assert pair == {
            "id": "cloud-0",
            "requests": ["index-0", "index-10"],
            "owner": "alice",
            "tags": [{"key": "team", "value": "search"}],
            "endpoint": "10.0.0.0:9200",
            "learned": 30,
            "ready": 60,
            "scans": 0,
            "differing": [
                "cloud_progress",
                "cluster_gone_at",
                "deletion_due_at",
                "deletion_sent_at",
                "deletion_tries",
                "endpoint",
                "missing_looks",
                "missing_since",
                "seen_at",
            ],
        }
        for number in (1, 2, 5, 6, 7):
            one = clusters[f"cloud-{number}"]
            assert one["requests"] == [f"index-{number}"]
            assert (one["scans"], one["learned"]) == (number, number + 30)
            assert one["ready"] == (number + 60 if number == 5 else None)
            assert one["differing"] == []
        step("back")
        assert json.loads(step("told").stdout) == before

    def test_stops_while_a_worker_lives_and_drops_nothing_too_early(
        self, step: Any
    ) -> None:
        step("write")
        said = step("refused").stdout
        assert "celery@host showed a sign of life" in said
        assert "\n" not in said
        said = step("drop_too_early").stdout
        assert said.startswith("3 requests name a cluster that was not moved")
