"""What the forked processes are: a Celery worker with points in it, and beat."""

import os
from collections.abc import Sequence
from pathlib import Path

from celery import current_app

from tests.drill import clock_shift, resolver
from tests.drill.failpoints import Action, Failpoint, install


def run_worker(
    name: str, points: Sequence[Failpoint], reached: Path, off: float
) -> None:
    """Be the worker of the Procfile, after these points and this clock were put in."""
    resolver.wrap(reached.parent)
    if off or any(point.action is Action.JUMP for point in points):
        clock_shift.wrap()
        clock_shift.shift(off)
    for point in points:
        install(point, reached)
    current_app.worker_main(
        [
            *("worker", "--pool", "threads", "--loglevel", "INFO"),
            *("--hostname", f"{name}-{os.getpid()}@drill"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ]
    )


def run_beat() -> None:
    """Be the beat of the Procfile."""
    current_app.start(["beat", "--loglevel", "INFO", "--pidfile="])
