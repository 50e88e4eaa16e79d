"""
Moves clusters out of their requests: killed, run again, with a pair, and back.

For a process of its own; each function is one step on the same database.
"""

import importlib
import json
import os
import sys
import uuid
from datetime import timedelta
from typing import Any

from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Now

from clusters.models import Cluster
from tests.factories import NOON

BEFORE = [("clusters", "0017_kept_forms")]
BATCH = 3
COLUMNS = (
    "endpoint",
    "cloud_status",
    "cloud_progress",
    "seen_at",
    "missing_since",
    "missing_looks",
    "health",
    "deletion_due_at",
    "deletion_sent_at",
    "deletion_tries",
    "cluster_gone_at",
)


def write() -> None:
    """Write ten requests of the release before, all columns filled, two of one cluster."""
    call_command("migrate", "clusters", "0017", verbosity=0)
    models = _models_before()
    alice = models.get_model("auth", "User").objects.create(username="alice")
    projects = models.get_model("clusters", "CloudProject").objects
    project = projects.create(name="demo", region="cn-north-4")
    states = ("active", "creating", "failed", "unclear", "approved") * 2
    for number, state in enumerate(states):
        has_cluster = state not in ("unclear", "approved")
        _write_request(models, project, alice, number, state, has_cluster=has_cluster)
    # Of the pair one is active and one failed later, with other words.
    _write_request(models, project, alice, 10, "failed", cluster_id="cloud-0")


def _write_request(
    models: Any,
    project: Any,
    alice: Any,
    number: int,
    state: str,
    *,
    has_cluster: bool = True,
    cluster_id: str = "",
) -> None:
    at = NOON + timedelta(minutes=number)
    columns = {
        "cluster_id": cluster_id or f"cloud-{number}",
        "endpoint": f"10.0.0.{number}:9200",
        "cloud_status": "200",
        "cloud_progress": f"{number}%",
        "seen_at": at,
        "missing_since": at,
        "missing_looks": number,
        "health": "broken",
        "deletion_due_at": at,
        "deletion_sent_at": at,
        "deletion_tries": number,
        "cluster_gone_at": at if state == "failed" else None,
    }
    row = models.get_model("clusters", "ClusterRequest").objects.create(
        id=uuid.uuid4(),
        cloud_project=project,
        requester=alice,
        requester_name="alice",
        submission_key=uuid.uuid4(),
        name=f"index-{number}",
        spec={"tags": [{"key": "team", "value": "search"}]},
        body="{}",
        instance_num=1,
        state=state,
        created_at=at,
        moved_at=at + timedelta(hours=1),
        **(columns if has_cluster else {}),
    )
    models.get_model("clusters", "Event").objects.create(
        request=row,
        seq=1,
        kind="accept",
        at=at + timedelta(minutes=30),
        hash="0" * 64,
        subject_kind="request",
    )


def _models_before() -> Any:
    return MigrationExecutor(connection).loader.project_state(BEFORE).apps


def told() -> None:
    """Return what the rows of the release before hold."""
    rows = _models_before().get_model("clusters", "ClusterRequest").objects
    columns = ("name", "cluster_id", *COLUMNS)
    said = list(rows.order_by("created_at").values_list(*columns))
    json.dump(said, sys.stdout, default=str)


def refused() -> None:
    """Migrate while a worker runs; return what the command prints."""
    call_command("migrate", "clusters", "0017", verbosity=0)
    beats = _models_before().get_model("clusters", "Heartbeat").objects
    beats.create(name="celery@host", kind="worker", seen_at=Now())
    try:
        call_command("migrate", verbosity=0)
    except CommandError as error:
        sys.stdout.write(str(error))
    beats.all().delete()


def killed() -> None:
    """Migrate, and exit abruptly in the middle of the second batch."""
    move = _small_batches()
    batches = []
    original = move._move_batch

    def die(apps: Any, schema_editor: Any, pks: Any) -> None:
        batches.append(pks)
        original(apps, schema_editor, pks)
        if len(batches) == 2:
            os._exit(9)

    move._move_batch = die
    call_command("migrate", verbosity=0)


def _small_batches() -> Any:
    move: Any = importlib.import_module("clusters.migrations.0019_move_clusters")
    move.BATCH = BATCH
    return move


def finish() -> None:
    """Migrate to the end; return the row of each cluster."""
    _small_batches()
    call_command("migrate", verbosity=0)
    clusters = Cluster.objects.order_by("created_at", "cloud_id")
    said = [
        {
            "id": each.cloud_id,
            "requests": [row.name for row in each.requests.order_by("created_at")],
            "owner": each.owner_name,
            "tags": each.tags,
            "endpoint": each.endpoint,
            "learned": (each.created_at - NOON).total_seconds() / 60,
            "ready": each.ready_at and (each.ready_at - NOON).total_seconds() / 60,
            "scans": each.missing_scans,
            "differing": sorted(
                column for words in each.differing.values() for column in words
            ),
        }
        for each in clusters
    ]
    json.dump(said, sys.stdout)


def back() -> None:
    """Migrate back to the release before."""
    _small_batches()
    call_command("migrate", "clusters", "0017", verbosity=0)


def drop_too_early() -> None:
    """Drop the columns while a request was not moved, and say what it answers."""
    call_command("migrate", "clusters", "0019", verbosity=0)
    state = MigrationExecutor(connection).loader.project_state(
        [("clusters", "0019_move_clusters")]
    )
    rows = state.apps.get_model("clusters", "ClusterRequest").objects
    rows.filter(state="failed").update(cluster=None)
    try:
        call_command("migrate", verbosity=0)
    except CommandError as error:
        sys.stdout.write(str(error))
