"""
Migrates a database to before places were kept, fills it, and migrates it to the newest.

`run` writes what the rows say then, as JSON, in a process of its own.
"""

import json
import sys
import uuid
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

BEFORE = [("clusters", "0007_found_fast")]
STATES = (
    "pending",
    "rejected",
    "approved",
    "unclear",
    "creating",
    "failed",
    "sending",
    "active",
    "cancelled",
    "expired",
)
DECIDED = {
    "approved": "",
    "unclear": "cluster",
    "creating": "c-1",
    "failed": "",
    "sending": "",
    "active": "c-2",
    "cancelled": "",
}


def migrate(target: list[tuple[str, str]]) -> Any:
    """Return the models as they are at this migration."""
    executor = MigrationExecutor(connection)
    executor.migrate([*target, ("auth", "0012_alter_user_first_name_max_length")])
    return MigrationExecutor(connection).loader.project_state(target).apps


def fill(apps: Any, name: str, project_id: str) -> None:
    """Put a request of each kind into one cloud project."""
    user, _ = apps.get_model("auth", "User").objects.get_or_create(username="alice")
    project = apps.get_model("clusters", "CloudProject").objects.create(
        name=name,
        sealed_password="not one of ours" if not project_id else "",
        region="cn-north-4",
        domain_name="account",
        project_id=project_id,
        iam_url="https://iam.test",
        css_url="https://css.test",
        vpc_url="https://vpc.test",
    )
    apps.get_model("clusters", "Look").objects.create(cloud_project=project)
    for state in STATES:
        request = apps.get_model("clusters", "ClusterRequest").objects.create(
            cloud_project=project,
            requester=user,
            requester_name="alice",
            submission_key=uuid.uuid4(),
            name=f"{state}-index",
            spec={},
            flavor="f",
            instance_num=1,
            body="{}",
            body_sha256="0" * 64,
            state=state,
            claim=1,
            claimed_until=timezone.now(),
            sent_at=timezone.now(),
            answer_by=timezone.now(),
            endpoint="e",
            cluster_id=DECIDED.get(state, ""),
            created_at=timezone.now(),
            moved_at=timezone.now(),
        )
        _fill_story(apps, request, user)


def _fill_story(apps: Any, request: Any, user: Any) -> None:
    """Add the decision and the attempt that a request of this state has had."""
    state = request.state
    facts = {"request": request, "body_sha256": "0" * 64}
    if state in DECIDED or state == "rejected":
        apps.get_model("clusters", "Decision").objects.create(
            verdict="approved" if state in DECIDED else "rejected",
            by=user,
            by_name="bob",
            at=timezone.now(),
            **facts,
        )
    if state == "unclear":
        apps.get_model("clusters", "Attempt").objects.create(
            number=1, claim=1, sent_at=timezone.now(), **facts
        )


def told(apps: Any) -> dict[str, Any]:
    """Return what each row says of its place."""
    of = {
        model: apps.get_model("clusters", model).objects
        for model in (
            *("ClusterRequest", "Decision", "Attempt", "InventorySnapshot"),
            "CloudProject",
        )
    }
    by_state = ("cloud_project__name", "state", "place_sha256")
    return {
        "requests": list(of["ClusterRequest"].values_list(*by_state)),
        "decisions": list(
            of["Decision"].values_list(
                "request__cloud_project__name", "verdict", "place_sha256"
            )
        ),
        "attempts": list(
            of["Attempt"].values_list("request__cloud_project__name", "place_sha256")
        ),
        "snapshots": list(
            of["InventorySnapshot"].values_list("cloud_project__name", "place_sha256")
        ),
        "fixed": {
            name: at is not None
            for name, at in of["CloudProject"].values_list("name", "place_fixed_at")
        },
    }


def run() -> None:
    """Do all that."""
    apps = migrate(BEFORE)
    fill(apps, "known", "p-1")
    fill(apps, "unknown", "")
    apps.get_model("clusters", "CloudProject").objects.create(name="unused")
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes("clusters")
    json.dump(told(migrate(newest)), sys.stdout)
