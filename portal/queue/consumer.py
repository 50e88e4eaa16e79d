"""Celery's consumer, which survives invalid messages and errors of the broker."""

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
from portal.queue.message_rules import InvalidMessage, task_headers

log = logging.getLogger(__name__)

MAX_PAUSE_SECONDS: Final = 16.0
"""Longest delay in seconds between two tries; the first is 1 s, each doubles."""

_CONFIGURATION_ERRORS: Final = (
    amqp.AccessRefused,
    amqp.NotAllowed,
    amqp.PreconditionFailed,
    amqp.AMQPNotImplementedError,
)
"""Errors of RabbitMQ that recur until somebody changes its configuration."""

_NOT_CONNECTED: Final = "consumer: Cannot connect to %s: %s. Trying again in %.0f s."


class Consumer(consumer.Consumer):
    """
    Rejects messages that the portal did not write, and retries after broker errors.

    Celery does not check the types of headers and bodies. A wrong one raises in the loop
    that reads the queue: the worker ends, and RabbitMQ redelivers the message to the next.

    After an error of the broker (a Redis that became a replica, a deleted queue) the
    consumer tries again with growing delays; the reason is stored for `/readyz`.
    """

    has_consumed = False
    pause = 0.0

    def __init__(self, *args: Any, **options: Any) -> None:
        # Each needs further queues, which not every broker allows; nothing reads them.
        for talk in ("without_gossip", "without_mingle", "without_heartbeat"):
            options[talk] = True
        super().__init__(*args, **options)

    def create_task_handler(self, *args: Any, **kwargs: Any) -> Callable[[Any], None]:
        """
        Return Celery's handler, which now gets only messages that passed the check.
        """
        handle = super().create_task_handler(*args, **kwargs)
        tasks = {name for name in self.app.tasks if not name.startswith("celery.")}

        def check_and_handle(message: Any) -> None:
            try:
                message.headers = task_headers(message, tasks=tasks)
            except InvalidMessage as error:
                log.warning("broker.message_refused", extra={"why": str(error)})
                errors = self.connection_errors  # type: ignore[attr-defined]  # no stub
                message.reject_log_error(log, errors)
                return
            self.pause = 0.0
            handle(message)

        return check_and_handle

    def on_ready(self) -> None:
        """Record that the queue has been consumed once."""
        self.has_consumed = True
        super().on_ready()

    def ensure_connected(self, conn: Any) -> Any:
        """
        Connect, retrying without limit as Celery does, and store each reason.

        :raises redis.RedisError: if a Redis that can be reached answers with an error
        :raises amqp.AMQPError: if RabbitMQ refuses, and will do so again
        """

        def note(error: Exception, seconds: float) -> None:
            _note(error)
            log.error(_NOT_CONNECTED, conn.as_uri(), error, seconds)

        try:
            conn.ensure_connection(note, callback=maybe_shutdown)
        except OperationalError as error:
            # kombu wraps every error in this one, at which Celery would end the worker
            raise error.__cause__ or error from None
        self.first_connection_attempt = False
        return conn

    def on_connection_error_before_connected(self, exc: Exception) -> None:
        """Store why there is no connection, and wait before the next try."""
        self._wait_after(exc)

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """Store why the connection failed, and wait before the next try."""
        super().on_connection_error_after_connected(exc)
        self._wait_after(exc)

    def _wait_after(self, error: Exception) -> None:
        _note(error)
        if not self.has_consumed and isinstance(error, _CONFIGURATION_ERRORS):
            log.critical("CELERY_BROKER_URL: %s", error)
            raise WorkerShutdown(1)
        self.pause = min(2 * self.pause or 1.0, MAX_PAUSE_SECONDS)
        words = {"why": word_for(error), "error": str(error)[:300]}
        log.error("broker.error", extra={**words, "seconds": self.pause})
        until = time.monotonic() + self.pause
        while time.monotonic() < until:
            maybe_shutdown()
            time.sleep(0.1)


def _note(error: Exception) -> None:
    """
    Store the reason, and close the database connection: this thread rarely needs one.
    """
    note_trouble(error)
    connections.close_all()
