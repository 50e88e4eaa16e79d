"""
The only door to Celery: by name, by id, after commit.

A message only says that there is work; the rows are the queue. So a message that is lost
costs one sweep, and a broker that is down never fails what a person did.
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
BREAK_SECONDS: Final = 10.0
"""How long nobody waits again for a broker that said nothing; the sweep wakes the rows."""


class PublishBreaker:
    """Until when this process sends no message, by the clock that never jumps."""

    until = 0.0


publish_breaker: Final = PublishBreaker()


def enqueue_provisioning(cloud_project_id: int) -> None:
    """Say that this cloud project has requests to create."""
    _after_commit("clusters.provision", cloud_project_id=cloud_project_id)


def enqueue_poll(cloud_project_id: int) -> None:
    """Say that this cloud project's clusters are to be looked at."""
    _after_commit("clusters.poll_project", cloud_project_id=cloud_project_id)


def enqueue_catalog_refresh(cloud_project_id: int) -> None:
    """Say that this cloud project's catalog is wanted anew."""
    _after_commit("clusters.refresh_catalog", cloud_project_id=cloud_project_id)


def enqueue_mail(person_id: int) -> None:
    """Say that there is something to tell this person by mail."""
    _after_commit("clusters.send_mails", person_id=person_id)


def enqueue_deletion(cloud_project_id: int, request_id: UUID) -> None:
    """Say that the broken cluster of this request is to be deleted."""
    _after_commit(
        "clusters.delete_cluster",
        cloud_project_id=cloud_project_id,
        request_id=str(request_id),
    )


def _after_commit(task: str, **ids: int | str) -> None:
    transaction.on_commit(partial(_publish, task, ids))


def _publish(task: str, ids: dict[str, int | str]) -> None:
    """
    Send one message; what the broker throws is logged, and reaches nobody's page.

    Caught here, because Django's `robust` itself fails for a callback without a name.
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
