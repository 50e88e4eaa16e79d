"""What one page, or one step of the engine, costs: queries, bytes, milliseconds."""

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.db import connection
from django.test import Client

ROUNDS: Final = int(os.environ.get("BENCH_ROUNDS", "15"))
SLOW_ROUNDS: Final = min(5, ROUNDS)
SLOW_MS: Final = 300


@dataclass(frozen=True, kw_only=True)
class Cost:
    """
    `milliseconds` is the median of several rounds, after one that warms up.

    `best` is the quickest round: what else the machine does hardly shows in it.
    """

    queries: int
    bytes: int
    milliseconds: float
    best: float


def cost_of_page(client: Client, url: str) -> Cost:
    """Measure one page; the whole of Django answers, only the socket is missing."""

    def read() -> int:
        answer = client.get(url)
        assert answer.status_code == 200, (url, answer.status_code)
        return len(answer.content)

    return cost_of(read)


def cost_of(step: Callable[[], int]) -> Cost:
    """Measure a step that returns the bytes that it made, or 0."""
    queries: list[str] = []
    with connection.execute_wrapper(partial(_count, queries)):
        made = step()
    first = _milliseconds(step)
    rounds = SLOW_ROUNDS if first > SLOW_MS else ROUNDS
    times = [_milliseconds(step) for _ in range(rounds)]
    return Cost(
        queries=len(queries),
        bytes=made,
        milliseconds=statistics.median(times),
        best=min(times),
    )


def _count(
    queries: list[str], execute: Callable[..., Any], text: str, *rest: Any
) -> Any:
    queries.append(text)
    return execute(text, *rest)


def _milliseconds(step: Callable[[], int]) -> float:
    began = time.perf_counter()
    step()
    return (time.perf_counter() - began) * 1000
