"""
The only door to Celery: by name, by id, after commit.

A message only says that there is work; the rows are the queue. So a message that is lost
costs one sweep, and a broker that is down never fails what a person did.
"""

from functools import partial
from uuid import UUID

from celery import current_app
from django.db import transaction


def nudge(cloud_project_id: int) -> None:
    """Say that this cloud project has requests to create."""
    _after_commit("clusters.provision", cloud_project_id=cloud_project_id)


def ask_poll(cloud_project_id: int) -> None:
    """Say that this cloud project's clusters are to be looked at."""
    _after_commit("clusters.poll_project", cloud_project_id=cloud_project_id)


def ask_catalog_refresh(cloud_project_id: int) -> None:
    """Say that this cloud project's catalog is wanted anew."""
    _after_commit("clusters.refresh_catalog", cloud_project_id=cloud_project_id)


def ask_mail(mail_id: int) -> None:
    """Say that this mail is to be sent."""
    _after_commit("clusters.send_mail", mail_id=mail_id)


def ask_deletion(cloud_project_id: int, request_id: UUID) -> None:
    """Say that the broken cluster of this request is to be deleted."""
    _after_commit(
        "clusters.delete_cluster",
        cloud_project_id=cloud_project_id,
        request_id=str(request_id),
    )


def _after_commit(task: str, **ids: int | str) -> None:
    # robust: what the broker throws is logged, and reaches nobody's page
    transaction.on_commit(partial(_publish, task, ids), robust=True)


def _publish(task: str, ids: dict[str, int | str]) -> None:
    current_app.send_task(task, kwargs=ids, retry=False)
