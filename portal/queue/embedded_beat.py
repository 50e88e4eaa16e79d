"""Celery beat as a thread of the worker, for `./run`, which has exactly one worker."""

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
    Celery's in-memory scheduler, which takes a pooled connection for each tick.

    `celery.beat.Scheduler` keeps one connection. Once RabbitMQ has closed it, or was
    restarted, every further tick fails until the process is restarted.
    """

    # None makes Celery take an open connection from the pool.
    producer = None  # type: ignore[assignment]  # a property of the other kind

    def apply_async(self, *args: Any, **options: Any) -> Any:
        """
        Send one tick.

        :raises SchedulingError: if publishing failed; the reason is stored for /readyz
        """
        from clusters.operations.core.broker_trouble import (  # noqa: PLC0415 (needs Django's setup)
            note_trouble,
        )

        try:
            return super().apply_async(*args, **options)
        except beat.SchedulingError as error:
            note_trouble(error)
            connections.close_all()  # or an idle connection would stay open
            raise


class EmbeddedBeat(bootsteps.StartStopStep):
    """
    Start beat in a thread if the environment says `WORKER_BEATS=on`.

    Celery's `--beat` forks; the fork outlives a killed worker, so two beats would run
    after the restart. A thread ends with its process.
    """

    label = "Own beat"

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        self.enabled = os.environ.get(VARIABLE) == "on"
        super().__init__(parent, **kwargs)

    def create(self, parent: Any) -> Any:
        """Return the thread, which Celery starts and stops with the worker."""
        return _BeatThread(parent.app)


class _BeatThread(threading.Thread):
    """
    Runs beat with the scheduler of the settings; if it fails, the worker ends, too.
    """

    def __init__(self, app: Any) -> None:
        super().__init__(name="beat", daemon=True)
        # Wake up every second, so that it stops soon.
        scheduler = app.conf.beat_scheduler
        self.service = beat.Service(app, max_interval=1, scheduler_cls=scheduler)

    def run(self) -> None:
        """Run until stopped; after any error, stop the worker."""
        try:
            self.service.start()
        except Exception:
            log.exception("beat.failed")
            # Supervisord then restarts the worker, and beat with it.
            os.kill(os.getpid(), signal.SIGTERM)

    def stop(self) -> None:
        """End at the next tick, without waiting for an unreachable broker."""
        self.service.stop(wait=False)
