"""
How soon a create leaves after its approval, and whether a slow cloud delays the page.

`python -m tests.bench.approving [EACH]` starts the real processes; with DATABASE_URL and
CELERY_BROKER_URL on PostgreSQL and that broker, else on files. EACH is how many
approvals make a block; there are three blocks of each kind, in turn.
"""

import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from clusters.cloud.types import REQUEST_TAG
from tests.bench.beside import BenchStack, bench_stack
from tests.bench.table import print_line
from tests.services.stack import Person, wait_for

ROUNDS: Final = 3
CALM_SECONDS: Final = 2
SLOW_SECONDS: Final = 1
NO_QUOTA: Final = 1000

SHARED, OWN = "shared", "own"
POLL_SECONDS: Final = {SHARED: "3600", OWN: "0.001"}
"""How old a look may be that a create is content with: any, or none."""
WARM: Final = 10
"""Approvals before any is timed: threads take turns, and a worker has eight. A subnet of
the demo has room for 240 clusters, so no more."""

Seconds = dict[str, list[float]]


def main(each: int = 10) -> None:
    """Measure both, and print a table for each."""
    seconds: Seconds = defaultdict(list)
    with bench_stack(POLL_SECONDS=POLL_SECONDS[SHARED]) as (stack, words):
        print_line(f"{words}; {ROUNDS * each} approvals of a kind\n")
        stack.stop_one("beat")  # nothing but the approvals is to do
        stack.start_app("bare", "tests.bench.bare_task")
        stack.run("tests.bench.bare_task", WARM)
        bob = stack.person("bob")
        for number in range(ROUNDS):
            for kind in (SHARED, OWN):
                _use_scans(stack, kind)
                _warm(stack, bob, f"warm-{kind}-{number}")
                _send(stack, bob, f"bench-{kind}-{number}", each, kind, seconds)
            _use_scans(stack, SHARED)
            _warm(stack, bob, f"warm-page-{number}")
            for slow in (0, SLOW_SECONDS):
                _answer(stack, bob, f"page-{slow}-{number}", each, slow, seconds)
    _print_sending(seconds)
    _print_answering(seconds)


def _use_scans(stack: BenchStack, kind: str) -> None:
    """Restart the worker, with scans that are shared for ever or not at all."""
    stack.stop_one("worker")
    stack.inject(slow_seconds=0, quota=NO_QUOTA)
    stack.run("tests.bench.asking", "looked", "demo")
    stack.changes["POLL_SECONDS"] = POLL_SECONDS[kind]
    stack.start_worker("worker")


def _warm(stack: BenchStack, bob: Person, prefix: str) -> None:
    """Have each thread take a turn: like the bare task's, all hold a connection then."""
    _approve_in_turn(stack, bob, _ask(stack, prefix, WARM))


def _ask(stack: BenchStack, prefix: str, count: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = stack.run(
        "tests.bench.asking", "submitted", prefix, count, "demo"
    )
    time.sleep(CALM_SECONDS)  # the approvers' mails are out
    return rows


def _send(
    stack: BenchStack, bob: Person, prefix: str, each: int, kind: str, seconds: Seconds
) -> None:
    """Approve one after the other, each when the one before is accepted; then the bare."""
    posted = _approve_in_turn(stack, bob, _ask(stack, prefix, each))
    decided = {
        row["id"]: row["at"] for row in stack.run("tests.bench.asking", "decided")
    }
    arrived = _arrivals(stack)
    seconds[f"{kind} decided"] += [arrived[key] - decided[key] for key in posted]
    seconds[f"{kind} posted"] += [arrived[key] - posted[key] for key in posted]
    url = (stack.simulator_url,) if kind == OWN else ()
    seconds[f"{kind} bare"] += stack.run("tests.bench.bare_task", each, *url)


def _approve_in_turn(
    stack: BenchStack, bob: Person, rows: list[dict[str, Any]]
) -> dict[str, float]:
    """Wait for each create before the next approval; returns when each was posted."""
    posted = {}
    for row in rows:
        before = stack.accepted()
        posted[row["id"]] = time.time()
        _approve(bob, row)
        wait_for(_is_above(stack, before))
    return posted


def _is_above(stack: BenchStack, before: int) -> Callable[[], bool]:
    return lambda: stack.accepted() > before


def _approve(bob: Person, row: dict[str, Any]) -> float:
    """Approve; returns how long the POST alone took, without the page it leads to."""
    answer = bob.post(f"{row['path']}approve/", body_sha256=row["body_sha256"])
    assert answer.history, answer.text
    return answer.history[0].elapsed.total_seconds()


def _arrivals(stack: BenchStack) -> dict[str, float]:
    """Return when each request's create came to the cloud."""
    return {
        tag["value"]: datetime.fromisoformat(create["at"]).timestamp()
        for create in stack.calls()["creates"]
        for tag in create["body"]["cluster"]["tags"]
        if tag["key"] == REQUEST_TAG
    }


def _answer(
    stack: BenchStack,
    bob: Person,
    prefix: str,
    each: int,
    slow: float,
    seconds: Seconds,
) -> None:
    """Approve without a pause while the cloud is as slow as this."""
    rows, before = _ask(stack, prefix.lower(), each), stack.accepted()
    stack.inject(slow_seconds=slow)
    seconds[f"page {slow}"] += [_approve(bob, row) for row in rows]
    wait_for(lambda: stack.accepted() >= before + each)


def _print_sending(seconds: Seconds) -> None:
    print_line(
        "| look | bare task, ms | from the decision, ms | ratio | from the POST | ratio |"
    )
    print_line("|---|---|---|---|---|---|")
    for kind in (SHARED, OWN):
        bare, decided, posted = (
            _p50(seconds[f"{kind} {what}"]) for what in ("bare", "decided", "posted")
        )
        print_line(
            f"| {kind} | {bare:.0f} | {decided:.0f} | {decided / bare:.2f}"
            f" | {posted:.0f} | {posted / bare:.2f} |"
        )


def _print_answering(seconds: Seconds) -> None:
    quick, slow = _p50(seconds["page 0"]), _p50(seconds[f"page {SLOW_SECONDS}"])
    print_line("\n| approve answered, cloud of 0 s, ms | cloud of 1 s, ms | ratio |")
    print_line("|---|---|---|")
    print_line(f"| {quick:.1f} | {slow:.1f} | {slow / quick:.2f} |")


def _p50(seconds: list[float]) -> float:
    """Return the median in milliseconds."""
    return 1000 * statistics.median(seconds)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
