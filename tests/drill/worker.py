"""The functions of the forked processes: a Celery worker with failpoints, and beat."""

import os
from collections.abc import Sequence
from pathlib import Path

from celery import current_app

from tests.drill import clock_shift, resolver
from tests.drill.failpoints import Action, Failpoint, install


def run_worker(
    name: str, failpoints: Sequence[Failpoint], reached: Path, clock_offset: float
) -> None:
    """Run the worker of the Procfile, with these failpoints and this clock."""
    resolver.wrap(reached.parent)
    if clock_offset or any(each.action is Action.JUMP for each in failpoints):
        clock_shift.wrap()
        clock_shift.shift(clock_offset)
    for each in failpoints:
        install(each, reached)
    current_app.worker_main(
        [
            *("worker", "--pool", "threads", "--loglevel", "INFO"),
            *("--hostname", f"{name}-{os.getpid()}@drill"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ]
    )


def run_beat() -> None:
    """Run the beat of the Procfile."""
    current_app.start(["beat", "--loglevel", "INFO", "--pidfile="])
