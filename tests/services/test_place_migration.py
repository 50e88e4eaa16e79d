"""What was decided before places were kept gets the place that its project has then."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clusters.cloud.place import Place
from tests.services.stack import KEY, ROOT

HERE = Place(
    region="cn-north-4",
    iam_url="https://iam.test",
    css_url="https://css.test",
    vpc_url="https://vpc.test",
    domain_name="account",
    project_id="p-1",
).fingerprint


@pytest.fixture(params=["sqlite", "postgres"])
def told(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    url = f"sqlite:///{tmp_path}/old.sqlite3"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    done = subprocess.run(
        [sys.executable, "-m", "tests.services.place_migration"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DEBUG": "on",
            "SECRET_KEY": "only-for-tests-" * 4,
            "ENCRYPTION_KEYS": KEY,
            "DATABASE_URL": url,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    rows: dict[str, Any] = json.loads(done.stdout)
    return rows


@pytest.mark.services
def test_gives_the_present_place_to_what_was_approved(told: dict[str, Any]) -> None:
    decided = ("approved", "unclear", "creating", "failed")
    for project, state, place in told["requests"]:
        is_known = project == "known" and state in decided
        assert place == (HERE if is_known else ""), (project, state)
    for project, verdict, place in told["decisions"]:
        is_known = project == "known" and verdict == "approved"
        assert place == (HERE if is_known else "")
    assert dict(told["attempts"]) == {"known": HERE, "unknown": ""}
    assert dict(told["looks"]) == {"known": HERE, "unknown": ""}
    assert told["fixed"] == {"known": True, "unknown": True, "unused": False}
