"""Ask, approve, send and answer, with the triggers of the history and without them."""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any, Final

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
WITH, WITHOUT = "with", "without"

Times = dict[tuple[str, str], list[float]]
"""Milliseconds of each write, by step and by `WITH` or `WITHOUT`."""


def run(database: str, blocks: int) -> None:
    """Write, and print the table."""
    print_line(f"{database}: {blocks * EACH:,} requests each\n")
    numbers = count()
    times: Times = defaultdict(list)
    for _ in range(blocks):
        install_triggers()
        assert trigger_faults() == []
        _block(numbers, times, WITH)
        drop_triggers()
        _block(numbers, times, WITHOUT)
    head("write", "with, ms", "without, ms", "ratio", "ratio of the quickest")
    for step in STEPS:
        _print_row(step, times[step, WITH], times[step, WITHOUT])
    both = (
        [
            sum(parts)
            for parts in zip(*(times[step, how] for step in STEPS), strict=True)
        ]
        for how in (WITH, WITHOUT)
    )
    _print_row("all four", *both)


def _print_row(step: str, guarded: list[float], bare: list[float]) -> None:
    middle = statistics.median(guarded), statistics.median(bare)
    quickest = _quickest(guarded) / _quickest(bare)
    ratio = f"{middle[0] / middle[1]:.2f}"
    row(step, *(f"{each:.2f}" for each in middle), ratio, f"{quickest:.2f}")


def _quickest(times: list[float]) -> float:
    """Return the mean of the quickest tenth, in which other work hardly shows."""
    return statistics.fmean(sorted(times)[: max(len(times) // 10, 1)])


def _block(numbers: "count[int]", times: Times, how: str) -> None:
    _write(f"bench-{next(numbers)}")
    for _ in range(EACH):
        for step, milliseconds in _write(f"bench-{next(numbers)}").items():
            times[step, how].append(milliseconds)


def _write(name: str) -> dict[str, float]:
    """Take one request through all steps; return how long each took."""
    submit, approve, send, answer = STEPS
    took: dict[str, float] = {}
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
    times: dict[str, float],
    step: str,
    write: Callable[..., Any],
    *args: Any,
    **how: Any,
) -> Any:
    began = time.perf_counter()
    made = write(*args, **how)
    times[step] = (time.perf_counter() - began) * 1000
    return made
