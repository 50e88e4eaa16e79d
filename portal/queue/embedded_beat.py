"""Celery's clock as a thread of the worker: `./run` has one worker, so it needs no other."""

import logging
import os
import signal
import threading
from typing import Any

from celery import beat, bootsteps
from django.db import connections

VARIABLE = "WORKER_BEATS"

log = logging.getLogger(__name__)


class Scheduler(beat.Scheduler):
    """
    Celery's scheduler in memory, which sends each tick as web sends a message.

    Celery's keeps one connection for good. Once RabbitMQ has closed it, or restarted, each
    further tick fails until the process is started anew.
    """

    # So that a living connection is taken from the pool.
    producer = None  # type: ignore[assignment]  # a property of the other kind

    def apply_async(self, *args: Any, **options: Any) -> Any:
        """
        Send one tick.

        :raises SchedulingError: if the broker does not take it; why is noted
        """
        from clusters.operations.core.broker_trouble import (  # noqa: PLC0415 (needs Django's setup)
            note_trouble,
        )

        try:
            return super().apply_async(*args, **options)
        except beat.SchedulingError as error:
            note_trouble(error)
            connections.close_all()  # one that is kept gets old
            raise


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
        return _Clock(parent.app)


class _Clock(threading.Thread):
    """Beat with the scheduler of the settings; without it, its worker is not worth much."""

    def __init__(self, app: Any) -> None:
        super().__init__(name="beat", daemon=True)
        # A short interval, so that it soon sees that it is to stop.
        scheduler = app.conf.beat_scheduler
        self.service = beat.Service(app, max_interval=1, scheduler_cls=scheduler)

    def run(self) -> None:
        """Tick until stopped; whatever else ends the clock ends the worker, too."""
        try:
            self.service.start()
        except Exception:
            log.exception("beat.died")
            # Supervisord starts the worker again, and the clock with it.
            os.kill(os.getpid(), signal.SIGTERM)

    def stop(self) -> None:
        """Have it end at its next tick; a broker that is away holds nobody up."""
        self.service.stop(wait=False)
