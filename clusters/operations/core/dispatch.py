"""
Publish Celery messages: the only module that does. After commit, with ids only.

A message only says that there is work; the rows are the queue. So a message that is lost
delays the work until the next sweep, and no operation fails because a broker is down.
"""

import logging
import time
from functools import partial
from typing import Final
from uuid import UUID

from celery import current_app
from django.db import transaction

from clusters.operations.core.broker_trouble import note_trouble

log = logging.getLogger(__name__)

SLOW_SECONDS: Final = 1.0
"""A publish that fails after longer than this opens the breaker."""

BREAK_SECONDS: Final = 10.0
"""How long the breaker stays open; the sweep enqueues what was not published."""


class PublishBreaker:
    """A circuit breaker for this process: while it is open, nothing is published."""

    until = 0.0
    """Monotonic time, in seconds, until which publishing is skipped."""


publish_breaker: Final = PublishBreaker()


def enqueue_provisioning(cloud_project_id: int) -> None:
    """Publish that this cloud project has requests to create."""
    _after_commit("clusters.provision", cloud_project_id=cloud_project_id)


def enqueue_poll(cloud_project_id: int) -> None:
    """Publish that this cloud project is to be scanned."""
    _after_commit("clusters.poll_project", cloud_project_id=cloud_project_id)


def enqueue_catalog_refresh(cloud_project_id: int) -> None:
    """Publish that this cloud project's catalog is to be read again."""
    _after_commit("clusters.refresh_catalog", cloud_project_id=cloud_project_id)


def enqueue_mail(person_id: int) -> None:
    """Publish that there is mail to send to this person."""
    _after_commit("clusters.send_mails", person_id=person_id)


def enqueue_head() -> None:
    """Publish that a head of the history is to be kept."""
    _after_commit("clusters.keep_head")


def enqueue_deletion(cloud_project_id: int, request_id: UUID) -> None:
    """Publish that the broken cluster of this request is to be deleted."""
    _after_commit(
        "clusters.delete_cluster",
        cloud_project_id=cloud_project_id,
        request_id=str(request_id),
    )


def _after_commit(task: str, **ids: int | str) -> None:
    transaction.on_commit(partial(_publish, task, ids))


def _publish(task: str, ids: dict[str, int | str]) -> None:
    """
    Send one message; an error of the broker is logged and never raised to the caller.

    Caught here and not by `on_commit(robust=True)`, since that logs the callback's
    `__qualname__`, which a `partial` does not have.
    """
    began = time.monotonic()
    if began < publish_breaker.until:
        return
    try:
        current_app.send_task(task, kwargs=ids, retry=False)
    except Exception as error:  # noqa: BLE001 - each broker has errors of its own
        log.warning("message.not_sent", extra={"task": task, "error": str(error)[:200]})
        note_trouble(error)
        if time.monotonic() - began > SLOW_SECONDS:
            publish_breaker.until = time.monotonic() + BREAK_SECONDS
