"""Celery's consumer: outlives each message, and a broker that half works."""

import logging
import time
from collections.abc import Callable
from typing import Any, Final

from amqp import exceptions as amqp
from celery.exceptions import WorkerShutdown
from celery.worker import consumer
from celery.worker.state import maybe_shutdown
from django.db import connections
from kombu.exceptions import OperationalError

from clusters.operations.core.broker_trouble import note_trouble, word_for
from portal.queue.message_rules import NoMessage, task_headers

log = logging.getLogger(__name__)

LONGEST_PAUSE: Final = 16.0
"""Seconds between two tries at most; the first pause is of one."""

_NEEDS_A_PERSON: Final = (
    amqp.AccessRefused,
    amqp.NotAllowed,
    amqp.PreconditionFailed,
    amqp.AMQPNotImplementedError,
)
"""What RabbitMQ will say again, until somebody changes something there."""

_NOT_CONNECTED: Final = "consumer: Cannot connect to %s: %s. Trying again in %.0f s."


class Consumer(consumer.Consumer):
    """
    Refuses a message that the portal did not write, instead of ending with it.

    Celery trusts the types of headers and bodies. What it finds otherwise it raises in the
    loop that reads the queue: the worker ends, and RabbitMQ gives the message to the next.

    A broker that answers with an error (a Redis that became a replica, a queue that was
    deleted) is tried again, more and more rarely; the reason is noted for `/readyz`.
    """

    has_consumed = False
    pause = 0.0

    def __init__(self, *args: Any, **options: Any) -> None:
        # They need queues of their own, which not every broker allows, and tell nobody.
        for talk in ("without_gossip", "without_mingle", "without_heartbeat"):
            options[talk] = True
        super().__init__(*args, **options)

    def create_task_handler(self, *args: Any, **kwargs: Any) -> Callable[[Any], None]:
        """Return Celery's handler with the check before it."""
        handle = super().create_task_handler(*args, **kwargs)
        tasks = {name for name in self.app.tasks if not name.startswith("celery.")}

        def check_and_handle(message: Any) -> None:
            try:
                message.headers = task_headers(message, tasks=tasks)
            except NoMessage as error:
                log.warning("broker.message_refused", extra={"why": str(error)})
                errors = self.connection_errors  # type: ignore[attr-defined]  # no stub
                message.reject_log_error(log, errors)
                return
            self.pause = 0.0
            handle(message)

        return check_and_handle

    def on_ready(self) -> None:
        """Remember that this queue can be consumed."""
        self.has_consumed = True
        super().on_ready()

    def ensure_connected(self, conn: Any) -> Any:
        """
        Connect, however long that takes; Celery's own way, with the reason noted.

        :raises redis.RedisError: if a Redis that can be reached answers with an error
        :raises amqp.AMQPError: if RabbitMQ refuses, and will do so again
        """

        def note(error: Exception, seconds: float) -> None:
            _note(error)
            log.error(_NOT_CONNECTED, conn.as_uri(), error, seconds)

        try:
            conn.ensure_connection(note, callback=maybe_shutdown)
        except OperationalError as error:
            # kombu's name for all errors, which Celery would take for the end
            raise error.__cause__ or error from None
        self.first_connection_attempt = False
        return conn

    def on_connection_error_before_connected(self, exc: Exception) -> None:
        """Note why there is no connection, and wait before the next try."""
        self._wait_after(exc)

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """Note why it is of no use, and wait before the next try."""
        super().on_connection_error_after_connected(exc)
        self._wait_after(exc)

    def _wait_after(self, error: Exception) -> None:
        _note(error)
        if not self.has_consumed and isinstance(error, _NEEDS_A_PERSON):
            log.critical("CELERY_BROKER_URL: %s", error)
            raise WorkerShutdown(1)
        self.pause = min(2 * self.pause or 1.0, LONGEST_PAUSE)
        words = {"why": word_for(error), "error": str(error)[:300]}
        log.error("broker.trouble", extra={**words, "seconds": self.pause})
        until = time.monotonic() + self.pause
        while time.monotonic() < until:
            maybe_shutdown()
            time.sleep(0.1)


def _note(error: Exception) -> None:
    """Note why; this thread keeps no connection to the database, which would get old."""
    note_trouble(error)
    connections.close_all()
