"""
Whether a busy portal keeps its size: memory and threads, minute by minute.

`python -m tests.bench.churn [MINUTES]` starts `./run` in a clean copy and keeps asking,
approving, waiting for the cluster, and deleting it by hand at the simulator. On demand
only: an hour is what the figures are for, and less than eleven minutes compare nothing.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any, Final

import requests

from tests.bench.processes import Process, processes_in
from tests.bench.table import head, print_line, row
from tests.browser.running import Portal, copy_checkout, running
from tests.services.stack import Person

SETTLED_MINUTE: Final = 10
BAR: Final = 1.05
PAIRS: Final = 2
"""How many requests are on their way at once."""

Minute = list[Process]


def main(minutes: int = 60) -> None:
    """Start, keep it busy for so long, print a row a minute and the comparison."""
    with TemporaryDirectory(prefix="portal-bench-") as place:
        folder = Path(place) / "portal"
        copy_checkout(folder)
        with running(folder, "./run") as portal:
            _watch(portal, minutes)


def _watch(portal: Portal, minutes: int) -> None:
    stop, done = Event(), count()
    with ThreadPoolExecutor(PAIRS) as pool:
        pairs = [pool.submit(_keep_busy, portal, pair, stop, done) for pair in "ab"]
        try:
            seen = _minutes(portal.folder, minutes, stop)
        finally:
            stop.set()
    failures = [each.exception() for each in pairs if each.exception()]
    print_line(
        f"\n{next(done)} requests from approval to an active cluster, and deleted"
    )
    print_line(f"pairs that stopped early: {failures or 'none'}")
    if minutes > SETTLED_MINUTE:
        _compare(seen[SETTLED_MINUTE - 1], seen[-1], minutes)


def _keep_busy(portal: Portal, pair: str, stop: Event, done: "count[int]") -> None:
    """Play Alice and Bob until told to stop."""
    people: Any = portal  # a `Person` wants nothing but the address of a stack
    alice, bob = (
        Person(people, name, portal.passwords[name]) for name in ("alice", "bob")
    )
    for number in count():
        if stop.is_set():
            return
        name = f"churn-{pair}-{number}"
        path = alice.ask(name)
        bob.approve(path)
        alice.waits_for(path, "active")
        _delete_by_hand(portal, name)
        next(done)


def _delete_by_hand(portal: Portal, name: str) -> None:
    url = f"{portal.simulator_url}/_simulator/world"
    requests.post(url, json={"delete": name}, timeout=10).raise_for_status()


def _minutes(folder: Path, minutes: int, stop: Event) -> list[Minute]:
    """Print what every process takes at the end of each minute: MiB / threads."""
    began, seen = time.monotonic(), []
    for minute in range(1, minutes + 1):
        stop.wait(max(0.0, began + minute * 60 - time.monotonic()))
        seen.append(processes_in(folder))
        if minute == 1:
            head("minute", *(each.title for each in seen[0]))
        row(minute, *(f"{each.pss_mib:.1f} / {each.threads}" for each in seen[-1]))
    return seen


def _compare(settled: Minute, last: Minute, minutes: int) -> None:
    """Print the growth; the simulator is no part of the product, and has a journal."""
    print_line()
    head("process", f"minute {SETTLED_MINUTE}, MiB", minutes, "ratio", "threads")
    for before, after in zip(settled, last, strict=True):
        _compare_one(after.title, [before], [after])
    portal = [
        [each for each in minute if each.title != "simulator"]
        for minute in (settled, last)
    ]
    _compare_one(f"all but the simulator; bar {BAR}", *portal)


def _compare_one(title: str, before: Minute, after: Minute) -> None:
    mib = [sum(each.pss_mib for each in minute) for minute in (before, after)]
    threads = [sum(each.threads for each in minute) for minute in (before, after)]
    growth = (f"{mib[0]:.1f}", f"{mib[1]:.1f}", f"{mib[1] / mib[0]:.3f}")
    row(title, *growth, f"{threads[0]} → {threads[1]}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
