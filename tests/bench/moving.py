"""Requests as they were before clusters had rows of their own, and the way to those."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import datetime, timedelta
from io import StringIO
from itertools import pairwise
from random import Random
from time import perf_counter, process_time
from typing import Any, Final
from unittest.mock import patch

from django.apps.registry import Apps
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from clusters.domain import spec_json
from tests import factories
from tests.bench.table import head, print_line, row
from tests.services.migration import forward

BATCH: Final = 1000
PEOPLE: Final = 100
PROJECTS: Final = 3
OF_A_HUNDRED: Final = {"active": 68, "broken": 7, "failed": 7, "rejected": 18}
"""How a hundred requests ended; a broken one has failed and left a cluster."""
_KINDS: Final = {
    "state = 'active'": ("submit", "approve", "claim", "accept", "ready"),
    "state = 'failed' AND cluster_id <> ''": ("submit", "claim", "accept", "break"),
    "state = 'failed' AND cluster_id = ''": ("submit", "approve", "claim", "refuse"),
    "state = 'rejected'": ("submit", "reject"),
}
_TELLING: Final = """
    INSERT INTO clusters_event (request_id, seq, at, kind, from_state, to_state,
        actor_name, data, correlation_id, previous_hash, hash)
    SELECT id, %s, moved_at, %s, '', '', '', '{}', '', '', body_sha256
    FROM clusters_clusterrequest"""
_Moment = tuple[float, float]
"""Seconds of the day, and of this process's own time."""
_STEPS: Final = ("0018_cluster", "0019_move_clusters", "0020_clusters_apart")


def run(database: str, count: int) -> None:
    """Fill, migrate, and print the table."""
    apps = forward.migrate_to(forward.LAST)
    print_line(f"{database}: {count:,} requests")
    print_line()
    _fill(apps, count)
    # On a machine that does other work the second column says more.
    head("migration", "seconds", "of them of its own processor time")
    moments: list[_Moment] = []
    whole = _Clock()
    for name in _STEPS:
        # It says how far it is, which is no row of the table.
        with _moments_of_commits() as found, redirect_stdout(StringIO()):
            step = _Clock()
            call_command("migrate", "clusters", name, verbosity=0)
            took = step.read()
        row(name, *took)
        moments = found if name == _STEPS[1] else moments
    row("in all", *whole.read())
    print_line()
    _print_batches(moments)


class _Clock:
    def __init__(self) -> None:
        self._began = perf_counter(), process_time()

    def read(self) -> tuple[str, str]:
        """Return the seconds since it was made: of the day, and of this process."""
        began, worked = self._began
        return f"{perf_counter() - began:.1f}", f"{process_time() - worked:.1f}"


@contextmanager
def _moments_of_commits() -> Iterator[list[_Moment]]:
    """Give the moments at which something was committed meanwhile."""
    moments: list[_Moment] = []
    commit = BaseDatabaseWrapper.commit

    def noted(database: BaseDatabaseWrapper) -> None:
        commit(database)
        moments.append((perf_counter(), process_time()))

    with patch.object(BaseDatabaseWrapper, "commit", noted):
        yield moments


def _print_batches(moments: list[_Moment]) -> None:
    """Compare the first batches with the last: a ratio above 1 would grow with the rows."""
    pairs = list(pairwise(moments))
    tenth = max(len(pairs) // 10, 1)
    head("1,000 rows with a cluster", "ms", "of them of its own processor time")
    first, last = (_milliseconds(part) for part in (pairs[:tenth], pairs[-tenth:]))
    row("of the first tenth", *(f"{each:.0f}" for each in first))
    row("of the last tenth", *(f"{each:.0f}" for each in last))
    ratios = (b / a for a, b in zip(first, last, strict=True))
    row("ratio", *(f"{each:.2f}" for each in ratios))


def _milliseconds(pairs: list[tuple[_Moment, _Moment]]) -> tuple[float, float]:
    """Return how long one batch took, by both clocks."""
    day, own = (
        sum(after[clock] - before[clock] for before, after in pairs) / len(pairs)
        for clock in (0, 1)
    )
    return day * 1000, own * 1000


def _fill(apps: Apps, count: int) -> None:
    """Write a thousand requests, copy them until there are `count`, add their events."""
    random = Random(1)  # noqa: S311 - no secret
    users = apps.get_model("auth", "User").objects
    people = users.bulk_create(
        [users.model(username=f"charlie-{n}") for n in range(PEOPLE)]
    )
    projects = apps.get_model("clusters", "CloudProject").objects
    places = [projects.create(name=f"project-{n}") for n in range(PROJECTS)]
    endings = random.choices(
        list(OF_A_HUNDRED), weights=list(OF_A_HUNDRED.values()), k=min(count, BATCH)
    )
    requests = apps.get_model("clusters", "ClusterRequest")
    requests.objects.bulk_create(
        requests(**_columns(end, random.choice(people), random.choice(places)))
        for end in endings
    )
    with connection.cursor() as cursor:
        while missing := count - requests.objects.count():
            cursor.execute(_copying(requests), [missing])
        for where, kinds in _KINDS.items():
            for seq, kind in enumerate(kinds, 1):
                cursor.execute(f"{_TELLING} WHERE {where}", [seq, kind])
        # PostgreSQL counts by itself after a while; SQLite never does.
        cursor.execute("ANALYZE")


def _copying(requests: Any) -> str:
    """Return the statement that copies all rows, at most so many, under other ids."""
    is_sqlite = connection.vendor == "sqlite"
    fresh = "lower(hex(randomblob(16)))" if is_sqlite else "gen_random_uuid()"
    values = {each.column: each.column for each in requests._meta.concrete_fields}
    values |= {"id": fresh, "submission_key": fresh}
    as_text = f"CAST({fresh} AS varchar(64))"
    values["cluster_id"] = f"CASE cluster_id WHEN '' THEN '' ELSE {as_text} END"
    table, columns = requests._meta.db_table, ", ".join(values)
    chosen = ", ".join(values.values())
    return f"INSERT INTO {table} ({columns}) SELECT {chosen} FROM {table} LIMIT %s"  # noqa: S608 - no value from outside


def _columns(end: str, person: Any, place: Any) -> dict[str, Any]:
    key = uuid.uuid4()
    spec = factories.spec(f"search-{key.hex[:12]}")
    now: datetime = timezone.now()
    columns = {
        "id": key,
        "cloud_project": place,
        "requester": person,
        "requester_name": person.username,
        "submission_sha256": "0" * 64,
        "name": spec.name,
        "reason": "Search for the web logs of the shop, for a year.",
        "spec": spec_json.to_json(spec),
        "labels": {"vpc": "vpc-prod (192.168.0.0/16)", "flavor": "4 vCPU, 16 GB"},
        "flavor": spec.flavor,
        "instance_num": spec.instance_num,
        "body": "x" * 700,
        "body_sha256": "0" * 64,
        "created_at": now,
        "moved_at": now + timedelta(hours=1),
        "state": "failed" if end == "broken" else end,
    }
    if end in ("active", "broken"):
        columns |= {"cluster_id": str(uuid.uuid4()), "cloud_status": "200"}
        columns |= {"endpoint": factories.ENDPOINT, "seen_at": now}
    return columns
