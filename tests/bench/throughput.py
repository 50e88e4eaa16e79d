"""
How many creates a second the portal sends while a call takes 200 ms, 32 in flight.

`python -m tests.bench.throughput [REQUESTS [cold]]` starts the real processes; with
DATABASE_URL and CELERY_BROKER_URL on PostgreSQL and that broker, else on files. The
other side is 32 threads of plain `requests` that send the same bodies.

The worker finds a scan that is recent enough for the whole run; with `cold` it finds
none, and POLL_SECONDS is the default.
"""

import statistics
import sys
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tests.bench.beside import BenchStack, bench_stack
from tests.bench.plain_calls import create_all
from tests.bench.table import print_line
from tests.services.stack import wait_for

ROUNDS: Final = 3
IN_FLIGHT: Final = 32
CALL_SECONDS: Final = 0.2
PATIENCE: Final = 300
NO_QUOTA: Final = 1000

PROJECTS: Final = ("demo", "second")
"""Two, because a cloud project gets half of a worker's threads at most."""

SETTINGS: Final = {
    "WORKER_THREADS": str(IN_FLIGHT),
    "MAX_CALLS": str(IN_FLIGHT),
    # The defaults of .env.example, where the tests' stack is in a hurry.
    "RECONCILE_SECONDS": "15",
    "READ_TIMEOUT": "60",
}
POLL_SECONDS: Final = {False: "120", True: "15"}
"""By whether it is cold: longer than a run, or the default."""


@dataclass(frozen=True, kw_only=True)
class Round:
    """Creates a second of both sides, and the processor time behind one of the portal's."""

    plain: float
    portal: float
    worker_ms: float
    simulator_ms: float

    @property
    def ratio(self) -> float:
        """The portal's part of what plain calls reach."""
        return self.portal / self.plain


def main(requests: int = 192, *, is_cold: bool = False) -> None:
    """Measure both sides in turn and print the ratio of the medians."""
    rounds = []
    settings = {**SETTINGS, "POLL_SECONDS": POLL_SECONDS[is_cold]}
    for number in range(1, ROUNDS + 1):
        with bench_stack(**settings) as (stack, words):
            if number == 1:
                _say_head(f"{words}, {is_cold=}", requests)
            measured = _round(stack, requests, is_cold=is_cold)
        rounds.append(measured)
        print_line(_line(str(number), measured))
    middle = Round(
        plain=statistics.median(each.plain for each in rounds),
        portal=statistics.median(each.portal for each in rounds),
        worker_ms=statistics.median(each.worker_ms for each in rounds),
        simulator_ms=statistics.median(each.simulator_ms for each in rounds),
    )
    print_line(_line("median", middle))


def _round(stack: BenchStack, requests: int, *, is_cold: bool) -> Round:
    """The plain calls, then the portal's; each finds the same empty cloud."""
    _connect_second(stack)
    stack.stop_one("worker")
    # Nobody takes the messages of these approvals yet.
    rows = stack.run("tests.bench.asking", "approved", "bench", requests, *PROJECTS)
    _slow(stack)
    create_all(stack.simulator_url, [row["body"] for row in rows], threads=IN_FLIGHT)
    plain = _rate(stack, requests)
    stack.forget_clusters()
    if not is_cold:
        stack.run("tests.bench.asking", "looked", *PROJECTS)
    _slow(stack)
    worker_ms, simulator_ms = _let_work(stack, requests)
    portal = _rate(stack, requests)
    return Round(
        plain=plain, portal=portal, worker_ms=worker_ms, simulator_ms=simulator_ms
    )


def _connect_second(stack: BenchStack) -> None:
    place = ("--region", "cn-north-4", "--project", "cn-north-4")
    who = ("--domain", "demo-account", "--username", "portal-bot")
    urls: tuple[str, ...] = ()
    for service in ("iam", "css", "vpc"):
        urls += (f"--{service}-url", stack.simulator_url)
    stack.manage("connect_cloud", PROJECTS[1], *place, *who, *urls)


def _slow(stack: BenchStack) -> None:
    stack.inject(slow_seconds=CALL_SECONDS, quota=NO_QUOTA)


def _let_work(stack: BenchStack, requests: int) -> tuple[float, float]:
    """Start the worker; returns what a create costs it and the simulator, in ms of CPU."""
    before = stack.accepted()
    stack.start_worker("worker")
    wait_for(lambda: stack.accepted() > before, seconds=PATIENCE)
    first, names = stack.accepted(), ("worker", "simulator")
    began = [stack.cpu_seconds(name) for name in names]
    wait_for(lambda: stack.accepted() >= before + requests, seconds=PATIENCE)
    done = max(1, before + requests - first)
    worker, simulator = (
        1000 * (stack.cpu_seconds(name) - then) / done
        for name, then in zip(names, began, strict=True)
    )
    return worker, simulator


def _rate(stack: BenchStack, requests: int) -> float:
    """Return creates a second from the first arrival to the last one's answer."""
    creates = stack.calls()["creates"]
    assert len(creates) == requests, f"{len(creates)} creates for {requests} requests"
    moments = [datetime.fromisoformat(each["at"]) for each in creates]
    return requests / ((max(moments) - min(moments)).total_seconds() + CALL_SECONDS)


def _say_head(words: str, requests: int) -> None:
    print_line(
        f"{words}; {requests} creates, {IN_FLIGHT} in flight, each {CALL_SECONDS} s\n"
    )
    print_line(
        "| round | plain, creates/s | portal, creates/s | portal/plain"
        " | worker, ms of CPU a create | simulator, the same |"
    )
    print_line("|---|---|---|---|---|---|")


def _line(title: str, it: Round) -> str:
    return (
        f"| {title} | {it.plain:.1f} | {it.portal:.1f} | {it.ratio:.2f}"
        f" | {it.worker_ms:.1f} | {it.simulator_ms:.1f} |"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), is_cold="cold" in sys.argv)
