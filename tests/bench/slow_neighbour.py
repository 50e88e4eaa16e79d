"""
How long a cloud project takes while the cloud of another one hangs, against alone.

`python -m tests.bench.slow_neighbour [REQUESTS]` starts the real processes; with
DATABASE_URL and CELERY_BROKER_URL on PostgreSQL and that broker, else on files.
"""

import statistics
import sys
import time
from typing import Final

from tests.bench.beside import bench_stack
from tests.bench.table import print_line
from tests.services.neighbours import ask, connect_slow, reads
from tests.services.stack import Stack, wait_for

ROUNDS: Final = 3
CALM_SECONDS: Final = 2


def main(requests: int = 32) -> None:
    """Measure alone and beside a hanging cloud in turn, and print the ratio."""
    alone, beside = [], []
    for _ in range(ROUNDS):
        alone.append(_round(requests, hangs=False))
        beside.append(_round(requests, hangs=True))
    ratio = statistics.median(beside) / statistics.median(alone)
    print_line(f"{requests} requests: alone {_all(alone)}, beside {_all(beside)} s")
    print_line(f"ratio of the medians {ratio:.2f}")


def _round(requests: int, *, hangs: bool) -> float:
    """Start a portal of its own, so that no round inherits the rows of another."""
    with bench_stack(READ_TIMEOUT="600") as (stack, words):
        print_line(f"{words}, {hangs=}")
        return _measure(stack, requests, hangs=hangs)


def _measure(stack: Stack, requests: int, *, hangs: bool) -> float:
    """Return the seconds from resuming `demo` until the cloud has seen every create."""
    alice, bob, olga = (stack.person(name) for name in ("alice", "bob", "olga"))
    proxy = connect_slow(stack)
    try:
        slow = ask(alice, "slow", requests)
        if hangs:
            proxy.hang()
            for path in slow:
                bob.approve(path)
            wait_for(lambda: reads(proxy))
        olga.post("/operate/demo/pause/")
        for path in ask(alice, "demo", requests):
            bob.approve(path)
        time.sleep(CALM_SECONDS)
        began = time.perf_counter()
        olga.post("/operate/demo/resume/")
        wait_for(lambda: len(stack.calls()["creates"]) == requests)
        return time.perf_counter() - began
    finally:
        proxy.close()


def _all(seconds: list[float]) -> str:
    return " ".join(f"{each:.2f}" for each in seconds)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
