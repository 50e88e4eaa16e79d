"""Several threads that begin at one moment, each with a connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from clusters.operations._advance import MoveNotAllowed
from clusters.operations.gate import GateShut


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each in a thread of its own, all from one moment on; return what came."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return work()
        except (MoveNotAllowed, GateShut) as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))
