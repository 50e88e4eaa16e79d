"""How many connections a client opens once it has been at work for a while."""

import contextlib
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from clusters.cloud.errors import ClusterGone
from clusters.cloud.huawei.client import HuaweiCloud
from tests.bench.table import head, row
from tests.services.stack import Stack

CALLS: Final = 200
THREADS: Final = (1, 8)
OVERLAP_SECONDS: Final = 0.3


def count_connections(cloud: HuaweiCloud, stack: Stack) -> None:
    """Print how many connections each kind of call opened in the steady state."""
    opened: list[str] = []
    # Python itself tells of every connect, whoever asks for it; a hook stays for good.
    sys.addaudithook(lambda event, _: _note(opened, event))
    head("call", "threads", "calls", "new connections, bar 0")
    for threads in THREADS:
        for title, call in _calls(cloud).items():
            with ThreadPoolExecutor(threads) as pool:
                _warm_up(pool, call, threads, stack)
                before = len(opened)
                list(pool.map(lambda _, call=call: call(), range(CALLS)))
            row(title, threads, CALLS, len(opened) - before)


def _note(opened: list[str], event: str) -> None:
    if event == "socket.connect":
        opened.append(event)


def _warm_up(
    pool: ThreadPoolExecutor, call: Callable[[], Any], threads: int, stack: Stack
) -> None:
    """Let all threads wait for an answer at once, so that each needs a connection."""
    stack.inject(slow_seconds=OVERLAP_SECONDS)
    list(pool.map(lambda _: call(), range(2 * threads)))
    stack.inject(slow_seconds=0)


def _calls(cloud: HuaweiCloud) -> dict[str, Callable[[], Any]]:
    some = cloud.list_page(start=1, limit=1).clusters[0].id

    def ask_for_none() -> None:
        with contextlib.suppress(ClusterGone):
            cloud.cluster("of-nobody")

    return {
        "list of 10": lambda: cloud.list_page(start=1, limit=10),
        "one cluster": lambda: cloud.cluster(some),
        "one that is gone": ask_for_none,
        "what is sold": cloud.flavors,
        "create that is refused": lambda: cloud.create(
            b'{"cluster":{}}', gate=lambda: None
        ),
    }
