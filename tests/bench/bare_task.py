"""
A bare Celery task on the portal's broker and database, with as many writes.

`python -m tests.bench.bare_task COUNT [URL]` sends one after the other, each when the one
before has arrived, and prints the seconds from the decision to the arrival; with URL of
a simulator each task also lists the clusters there.
"""

import json
import sys
import time
import uuid
from typing import Final

import django
import requests
from celery import Celery
from django.db import connection, transaction

from portal.celery import app as portal_app
from tests.bench.plain_calls import SECONDS, sign_in

DECISION, CLAIM, LOOK, GATE = 3, 2, 1, 2
"""How many rows the portal writes in each of its transactions before a create leaves."""

django.setup()
app = Celery("bare")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_default_queue=f"{portal_app.conf.task_default_queue}-bare",
    **{
        name: portal_app.conf[name]
        for name in (
            "task_ignore_result",
            "task_acks_late",
            "worker_prefetch_multiplier",
            "worker_enable_remote_control",
        )
    },
)
_session: Final = requests.Session()


@app.task(name="bare")
def bare(note: str, url: str, token: str) -> None:
    """Write as much as claim, scan and gate do, then record the time."""
    _write(note, CLAIM)
    if url:
        headers = {"X-Auth-Token": token}
        _session.get(url, headers=headers, timeout=SECONDS).raise_for_status()
        _write(note, LOOK)
    _write(note, GATE)
    arrived = time.time()
    _execute("INSERT INTO bare_arrival VALUES (%s, %s)", note, arrived)


def send(count: int, simulator: str = "") -> list[float]:
    """Send so many in turn; returns how long each took."""
    token, project_id = sign_in(simulator) if simulator else ("", "")
    url = simulator and f"{simulator}/v1.0/{project_id}/clusters?start=1&limit=1000"
    _execute("CREATE TABLE IF NOT EXISTS bare_write (note varchar(36), step integer)")
    _execute(
        "CREATE TABLE IF NOT EXISTS bare_arrival (note varchar(36), at double precision)"
    )
    return [_send_one(url, token) for _ in range(count)]


def _send_one(url: str, token: str) -> float:
    note, began = str(uuid.uuid4()), time.time()
    _write(note, DECISION)
    app.send_task("bare", args=[note, url, token], retry=False)
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        time.sleep(0.02)
        if (arrived := _arrival(note)) is not None:
            return arrived - began
    raise AssertionError(f"nothing arrived within {SECONDS} s")


def _write(note: str, rows: int) -> None:
    with transaction.atomic():
        for step in range(rows):
            _execute("INSERT INTO bare_write VALUES (%s, %s)", note, step)


def _arrival(note: str) -> float | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT at FROM bare_arrival WHERE note = %s", [note])
        row = cursor.fetchone()
    return None if row is None else float(row[0])


def _execute(statement: str, *values: str | float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(send(int(sys.argv[1]), *sys.argv[2:])))
