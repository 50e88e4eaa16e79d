"""Celery's clock as a thread of the worker: `./run` has one worker, so it needs no other."""

import os
from typing import Any

from celery import bootsteps
from celery.beat import EmbeddedService

VARIABLE = "WORKER_BEATS"


class OwnBeat(bootsteps.StartStopStep):
    """
    Beat in a thread, where the environment says `WORKER_BEATS=on`.

    Celery's own `--beat` forks, and a worker that is killed would leave the fork behind:
    two clocks after the restart. A thread dies with its process.
    """

    label = "Own beat"

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        self.enabled = os.environ.get(VARIABLE) == "on"
        super().__init__(parent, **kwargs)

    def create(self, parent: Any) -> Any:
        """Return what Celery starts and stops with the worker."""
        return EmbeddedService(parent.app, thread=True)
