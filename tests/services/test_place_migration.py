"""What was decided before places were kept gets the place that its project has then."""

import json
from typing import Any

import pytest

from clusters.cloud.place import Place
from tests.services.apart import run_apart

HERE = Place(
    region="cn-north-4",
    iam_url="https://iam.test",
    css_url="https://css.test",
    vpc_url="https://vpc.test",
    domain_name="account",
    project_id="p-1",
).fingerprint


@pytest.fixture
def told(database_url: str) -> dict[str, Any]:
    """What the rows say after the migration."""
    code = "from tests.services import place_migration; place_migration.run()"
    done = run_apart(code, DATABASE_URL=database_url)
    assert done.returncode == 0, done.stderr
    rows: dict[str, Any] = json.loads(done.stdout)
    return rows


@pytest.mark.services
@pytest.mark.nightly
def test_gives_the_present_place_to_what_was_approved(told: dict[str, Any]) -> None:
    decided = (
        "approved",
        "unclear",
        "creating",
        "failed",
        "sending",
        "active",
        "cancelled",
    )
    for project, state, place in told["requests"]:
        is_known = project == "known" and state in decided
        assert place == (HERE if is_known else ""), (project, state)
    for project, verdict, place in told["decisions"]:
        is_known = project == "known" and verdict == "approved"
        assert place == (HERE if is_known else "")
    assert dict(told["attempts"]) == {"known": HERE, "unknown": ""}
    assert dict(told["snapshots"]) == {"known": HERE, "unknown": ""}
    assert told["fixed"] == {"known": True, "unknown": True, "unused": False}
