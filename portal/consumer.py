"""Celery's consumer, behind a check of each message, whatever the broker."""

import logging
from collections.abc import Callable
from typing import Any

from celery.worker import consumer

from portal.message_rules import NoMessage, task_headers

log = logging.getLogger(__name__)


class Consumer(consumer.Consumer):
    """
    Refuses a message that the portal did not write, instead of ending with it.

    Celery trusts the types of headers and bodies. What it finds otherwise it raises in the
    loop that reads the queue: the worker ends, and RabbitMQ gives the message to the next.
    """

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
            handle(message)

        return check_and_handle
