"""
Rows of the release before the chains of people, brought to the newest schema.

For a process of its own: `write`, then `killed`, then `finish`, on one database.
"""

import hashlib
import json
import os
import sys
import uuid
from itertools import pairwise
from typing import Any

from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from clusters.domain.events import EventKind
from clusters.models import ClusterRequest, Event
from clusters.operations.core.history import record_event
from tests.factories import NOON

BEFORE = [("clusters", "0007_found_fast")]
EVENTS = 300


def write() -> None:
    """Write a request with its events as the release before did, and who acted."""
    call_command("migrate", "clusters", "0007", verbosity=0)
    models = MigrationExecutor(connection).loader.project_state(BEFORE).apps
    bob = models.get_model("auth", "User").objects.create(username="bob")
    project = models.get_model("clusters", "CloudProject").objects.create(
        name="demo", region="cn-north-4"
    )
    row = models.get_model("clusters", "ClusterRequest").objects.create(
        id=uuid.uuid4(),
        cloud_project=project,
        requester=bob,
        requester_name="bob",
        submission_key=uuid.uuid4(),
        name="logs-search",
        spec={},
        body="{}",
        instance_num=1,
        created_at=NOON,
        moved_at=NOON,
    )
    events, before = [], ""
    for seq in range(1, EVENTS + 1):
        columns = _old_event(row.id, seq, before)
        before = columns["hash"]
        events.append(columns | {"actor_id": bob.pk})
    old = models.get_model("clusters", "Event")
    old.objects.bulk_create([old(**columns) for columns in events])


def _old_event(request_id: uuid.UUID, seq: int, before: str) -> dict[str, Any]:
    """Return the columns as the release before computed them, without its code."""
    hashed = {
        "previous": before,
        "request": str(request_id),
        "seq": seq,
        "at": NOON.isoformat(),
        "kind": "claim",
        "from": "",
        "to": "",
        "actor": "bob",
        "data": {"claim": seq, "because": "größer"},
        "correlation": "",
    }
    text = json.dumps(hashed, sort_keys=True, separators=(",", ":"))
    return {
        "request_id": request_id,
        "seq": seq,
        "at": NOON,
        "kind": "claim",
        "actor_name": "bob",
        "data": hashed["data"],
        "previous_hash": before,
        "hash": hashlib.sha256(text.encode()).hexdigest(),
    }


def killed() -> None:
    """Migrate, and exit abruptly at the last statement that touches the events."""
    last = "RENAME TO" if connection.vendor == "sqlite" else "event_has_one_subject"

    def die(execute: Any, sql: str, *rest: Any) -> Any:
        if last in sql and "clusters_event" in sql:
            os._exit(9)
        return execute(sql, *rest)

    with connection.execute_wrapper(die):
        call_command("migrate", verbosity=0)


def finish() -> None:
    """Migrate, let the release before and this one write on, and say what is there."""
    call_command("migrate", verbosity=0)
    row = ClusterRequest.objects.get()
    last = row.events.latest("seq")
    _insert_as_before(_old_event(row.id, last.seq + 1, last.hash))
    record_event(row.id, EventKind.LATE_ANSWER, now=NOON, actor=row.requester)
    events = list(row.events.order_by("seq"))
    answer = {
        "formats": [event.format for event in events][-3:],
        "events": len(events),
        "intact": all(event.is_intact() for event in events),
        "chained": all(b.previous_hash == a.hash for a, b in pairwise(events)),
        "homeless": _takes(request=None, subject_id=""),
        "two subjects": _takes(request=row, subject_id="7"),
    }
    json.dump(answer, sys.stdout)


def _insert_as_before(columns: dict[str, Any]) -> None:
    """Insert with the columns of then alone: a worker that is not restarted yet."""
    columns |= {"from_state": "", "to_state": "", "correlation_id": ""}
    values = {name: _plain(value) for name, value in columns.items()}
    marks = ", ".join(["%s"] * len(values))
    sql = f"INSERT INTO clusters_event ({', '.join(values)}) VALUES ({marks})"  # noqa: S608 - the names stand above
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values.values()))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, uuid.UUID):
        return value.hex if connection.vendor == "sqlite" else value
    return value


def _takes(**columns: Any) -> bool:
    """Whether the database takes an event with this subject."""
    try:
        with transaction.atomic():
            Event.objects.create(seq=900, at=NOON, kind="x", hash="x", **columns)
    except IntegrityError:
        return False
    return True
