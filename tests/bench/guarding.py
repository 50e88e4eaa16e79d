"""
Ask, approve, send and answer, with the triggers of the history and without them.

Blocks go in pairs, one with and one without, and the pairs take turns in which goes first.
"""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.db import connection
from django.utils import timezone

from clusters.cloud.types import CreateResult, Outcome
from clusters.models import Attempt, ClusterRequest
from clusters.operations.audit.triggers import (
    drop_triggers,
    install_triggers,
    trigger_faults,
)
from clusters.operations.provisioning.answer import save_answer
from clusters.operations.provisioning.claim import Claim
from clusters.operations.requests.decide import approve_request
from tests import factories
from tests.bench.table import head, print_line, row

EACH: Final = 5
"""Requests in a block; one more before them warms the block up."""
STEPS: Final = ("submit", "approve", "attempt written", "attempt answered")
ALL: Final = "all four"
WITH, WITHOUT = "with", "without"


class Cost(NamedTuple):
    """Seconds: by the clock, and of the processor."""

    wall: float
    cpu: float


Block = dict[str, Cost]
"""What one block cost, by step, and `ALL` of them."""


def run(database: str, pairs: int) -> None:
    """Write, and print the table."""
    print_line(f"{database}: {pairs} pairs of blocks of {EACH} requests\n")
    numbers = count()
    _pair(numbers, (WITH, WITHOUT))  # warms up
    made = [
        _pair(numbers, (WITH, WITHOUT) if number % 2 else (WITHOUT, WITH))
        for number in range(pairs)
    ]
    head(
        "write",
        "with, ms",
        "without, ms",
        "ratio",
        "of CPU, ms",
        "without, ms",
        "ratio",
    )
    for step in (*STEPS, ALL):
        _print_row(step, [(pair[WITH][step], pair[WITHOUT][step]) for pair in made])


def _print_row(step: str, pairs: list[tuple[Cost, Cost]]) -> None:
    """Print the medians of both sides, and of the ratio of each pair."""
    cells = []
    for kind in Cost._fields:
        sides = [tuple(getattr(side, kind) for side in pair) for pair in pairs]
        cells += [
            f"{statistics.median(side) / EACH * 1000:.2f}"
            for side in zip(*sides, strict=True)
        ]
        cells.append(f"{statistics.median(one / other for one, other in sides):.2f}")
    row(step, *cells)


def _pair(numbers: "count[int]", order: tuple[str, str]) -> dict[str, Block]:
    return {how: _block(numbers, how) for how in order}


def _block(numbers: "count[int]", how: str) -> Block:
    if how == WITH:
        install_triggers()
        assert trigger_faults() == []
    else:
        drop_triggers()
    _write(f"bench-{next(numbers)}")
    spent: dict[str, list[Cost]] = defaultdict(list)
    for _ in range(EACH):
        for step, cost in _write(f"bench-{next(numbers)}").items():
            spent[step].append(cost)
            spent[ALL].append(cost)
    return {
        step: Cost(*map(sum, zip(*costs, strict=True))) for step, costs in spent.items()
    }


def _cpu() -> float:
    """Return the time of the processor of this process, and of its server here."""
    return time.process_time() + _cpu_of_server()


def _cpu_of_server() -> float:
    """Return what the backend of PostgreSQL took; 0 where it is not on this machine."""
    if connection.vendor != "postgresql":
        return 0
    pid = connection.connection.info.backend_pid
    try:
        nanoseconds = Path(f"/proc/{pid}/schedstat").read_text().split()[0]
    except OSError:
        return 0
    return int(nanoseconds) / 1e9


def _write(name: str) -> Block:
    """Take one request through all steps; return what each cost."""
    submit, approve, send, answer = STEPS
    took: Block = {}
    alice, bob = factories.user("alice"), factories.user("bob")
    where, now = factories.cloud_project(), timezone.now()
    made: ClusterRequest = _timed(
        took, submit, factories.submitted, name, requester=alice, project=where
    )
    _timed(
        took,
        approve,
        approve_request,
        made,
        approver=bob,
        body_sha256=made.body_sha256,
        now=now,
    )
    _timed(
        took,
        send,
        Attempt.objects.create,
        request=made,
        number=1,
        claim=1,
        body_sha256=made.body_sha256,
        sent_at=now,
    )
    claim = Claim(request_id=made.id, cloud_project_id=made.cloud_project_id, number=1)
    result = CreateResult(outcome=Outcome.ACCEPTED, status=200, cluster_id=name)
    second = timedelta(seconds=1)
    _timed(took, answer, save_answer, claim, result, took=second, now=now)
    return took


def _timed(
    costs: Block,
    step: str,
    write: Callable[..., Any],
    *args: Any,
    **how: Any,
) -> Any:
    cpu, began = _cpu(), time.perf_counter()
    made = write(*args, **how)
    costs[step] = Cost(time.perf_counter() - began, _cpu() - cpu)
    return made
