"""Threads that start at one moment, or pause at a given call."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from clusters.domain.engine_settings import EngineSettings
from clusters.models import ClusterRequest
from clusters.operations.core.errors import GateShut, MoveNotAllowed, NotAllowed
from clusters.operations.requests.decide import approve_request
from tests.factories import NOON, user

ENGINE = EngineSettings(max_calls=1000)
ROUNDS = int(os.environ.get("RACE_ROUNDS") or 6)
"""How often each race is run; .ci/nightly runs more."""


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each function in a thread, all at one moment; return their results."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return work()
        except (MoveNotAllowed, NotAllowed, GateShut) as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def approve(row: ClusterRequest, by: str = "bob") -> None:
    """Let this person approve the row as it was loaded."""
    digest = row.body_sha256
    approve_request(row, approver=user(by), body_sha256=digest, now=NOON)
