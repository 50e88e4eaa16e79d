"""
What our worker of gunicorn costs beside gthread: two webs in turn, one process each.

`python -m tests.bench.serving [REQUESTS]`; a round asks each web so often, over eight
connections that stay open, then over a new one for each request. DATABASE_URL may name a
PostgreSQL.
"""

import os
import statistics
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.bench.beside import BenchStack
from tests.bench.database import own_database
from tests.bench.table import head, print_line, row
from tests.services.stack import PATIENCE

ROUNDS: Final = int(os.environ.get("BENCH_ROUNDS", "7"))
CLIENTS: Final = 8
PAGES: Final = ("/livez", "/login/")
WORKERS: Final = ("gthread", "portal.serving.worker.BufferingWorker")


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one round of requests came to."""

    per_second: float
    cpu_ms: float


class Web(BenchStack):
    """A web alone, whose one process has the processor time."""

    def served(self) -> int:
        """Return the id of the process that answers."""
        master = self.processes["web"].pid
        return int(Path(f"/proc/{master}/task/{master}/children").read_text())


def main(requests: int = 800) -> None:
    """Start both, ask them in turn, and print a row for each page and kind."""
    with own_database() as (database, words), _webs(database) as webs:
        print_line(
            f"{words}; {ROUNDS} rounds of {requests} requests by {CLIENTS} clients\n"
        )
        head(
            "page, connection",
            *("gthread, requests/s", "ours, the same", "ratio"),
            *("gthread, ms of CPU a request", "ours, the same", "ratio"),
        )
        for page in PAGES:
            for is_kept in (True, False):
                _compare(webs, page, requests, is_kept=is_kept)


@contextmanager
def _webs(database: str) -> Iterator[list[Web]]:
    with TemporaryDirectory(prefix="portal-bench-") as place:
        webs = []
        for name in WORKERS:
            folder = Path(place) / name
            folder.mkdir()
            webs.append(
                Web(
                    folder=folder,
                    database_url=database,
                    broker_url="memory://",
                    changes={"DEBUG": "off", "WEB_CONCURRENCY": "1"},
                )
            )
        try:
            webs[0].manage("collectstatic", "--no-input")
            webs[0].manage("migrate")
            for web, worker in zip(webs, WORKERS, strict=True):
                web.start_web("--worker-class", worker)
            yield webs
        finally:
            for web in webs:
                web.stop()


def _compare(webs: list[Web], page: str, requests: int, *, is_kept: bool) -> None:
    for web in webs:
        _round(web, page, requests, is_kept=is_kept)  # to warm up
    rounds = [
        [_round(web, page, requests, is_kept=is_kept) for web in webs]
        for _ in range(ROUNDS)
    ]
    cells: list[str] = []
    for figure, digits in (("per_second", 0), ("cpu_ms", 2)):
        plain, ours = (
            statistics.median(getattr(each, figure) for each in side)
            for side in zip(*rounds, strict=True)
        )
        cells += [f"{plain:,.{digits}f}", f"{ours:,.{digits}f}", f"{ours / plain:.2f}"]
    row(f"{page}, {'kept' if is_kept else 'new'}", *cells)


def _round(web: Web, page: str, requests: int, *, is_kept: bool) -> Cost:
    began, cpu = time.perf_counter(), web.cpu_seconds_of(web.served())
    with ThreadPoolExecutor(CLIENTS) as clients:
        parts = [requests // CLIENTS] * CLIENTS
        asked = [
            clients.submit(_ask, web, page, part, is_kept=is_kept) for part in parts
        ]
        done = sum(each.result() for each in asked)
    seconds = time.perf_counter() - began
    cpu = web.cpu_seconds_of(web.served()) - cpu
    return Cost(per_second=done / seconds, cpu_ms=1000 * cpu / done)


def _ask(web: Web, page: str, times: int, *, is_kept: bool) -> int:
    connection = HTTPConnection("127.0.0.1", web.web_port, timeout=PATIENCE)
    for _ in range(times):
        connection.request("GET", page)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
        if not is_kept:
            connection.close()
    connection.close()
    return times


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
