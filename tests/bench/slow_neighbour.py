"""
How long a cloud project takes while the cloud of another one hangs, against alone.

`python -m tests.bench.slow_neighbour [REQUESTS]` starts the real processes; with
DATABASE_URL and CELERY_BROKER_URL on PostgreSQL and that broker, else on files.
"""

import os
import statistics
import sys
import time
import uuid
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.bench.database import own_database
from tests.services.neighbours import PASSWORD, ask, connect_slow, reads
from tests.services.stack import Stack, wait_for

ROUNDS: Final = 3
CALM_SECONDS: Final = 2
CHANGES: Final = {"READ_TIMEOUT": "600", "CLOUD_PASSWORD": PASSWORD}


def main(requests: int = 32) -> None:
    """Measure alone and beside a hanging cloud in turn, and print the ratio."""
    alone, beside = [], []
    for _ in range(ROUNDS):
        alone.append(_round(requests, hangs=False))
        beside.append(_round(requests, hangs=True))
    ratio = statistics.median(beside) / statistics.median(alone)
    _say(f"{requests} requests: alone {_all(alone)}, beside {_all(beside)} s")
    _say(f"ratio of the medians {ratio:.2f}")


def _round(requests: int, *, hangs: bool) -> float:
    """Start a portal of its own, so that no round inherits the rows of another."""
    with TemporaryDirectory() as folder, own_database() as (database, words):
        stack = Stack(
            folder=Path(folder),
            database_url=database,
            broker_url=os.environ.get("CELERY_BROKER_URL")
            or f"filesystem://{folder}/broker",
            queue=f"portal-bench-{uuid.uuid4().hex}",
            changes=CHANGES,
        )
        _say(f"{words}, broker {stack.broker_url.partition(':')[0]}, {hangs=}")
        try:
            return _measure(stack.start(), requests, hangs=hangs)
        finally:
            stack.stop()


def _measure(stack: Stack, requests: int, *, hangs: bool) -> float:
    """Return the seconds from resuming `demo` until the cloud has seen every create."""
    alice, bob, olga = (stack.person(name) for name in ("alice", "bob", "olga"))
    tap = connect_slow(stack)
    try:
        slow = ask(alice, "slow", requests)
        if hangs:
            tap.hang()
            for path in slow:
                bob.approve(path)
            wait_for(lambda: reads(tap))
        olga.post("/operate/demo/pause/")
        for path in ask(alice, "demo", requests):
            bob.approve(path)
        time.sleep(CALM_SECONDS)
        began = time.perf_counter()
        olga.post("/operate/demo/resume/")
        wait_for(lambda: len(stack.calls()["creates"]) == requests)
        return time.perf_counter() - began
    finally:
        tap.close()


def _all(seconds: list[float]) -> str:
    return " ".join(f"{each:.2f}" for each in seconds)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
