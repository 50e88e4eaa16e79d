"""Rate limit for reading catalogs: at most one each `REST` for a cloud project."""

from datetime import timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from clusters.models import CatalogSnapshot
from clusters.operations.core.dispatch import enqueue_catalog_refresh

REST: Final = timedelta(seconds=10)
"""The least time between two readings of one cloud project's catalog."""


def request_refresh(project_id: int) -> bool:
    """
    Enqueue a reading of the catalog; return False if the last one is within `REST`.

    A conditional UPDATE decides, so of any number of concurrent callers one enqueues.
    """
    if not refreshable(project_id).update(asked_at=Now()):
        return False
    enqueue_catalog_refresh(project_id)
    return True


def request_refresh_after_change(project_id: int) -> None:
    """
    Enqueue a reading because the cloud project was connected or resumed.

    Within `REST` the catalog is marked as due instead, and the next sweep enqueues it: the
    stored one may be older than the change.
    """
    if not request_refresh(project_id):
        CatalogSnapshot.objects.filter(cloud_project_id=project_id).update(
            tried_at=None
        )


def begin_refresh(project_id: int) -> bool:
    """
    Begin a reading, in a worker; return False if the last one began within `REST`.

    A message may be delivered twice, or be published again by the bulkhead; the cloud is
    called once.
    """
    began = _snapshots(project_id).filter(_is_before_rest("begun_at"))
    return bool(began.update(begun_at=Now()))


def refreshable(project_id: int) -> QuerySet[CatalogSnapshot]:
    """Return the snapshot if it was neither enqueued nor read within `REST`."""
    return _snapshots(project_id).filter(
        _is_before_rest("asked_at"), _is_before_rest("begun_at")
    )


def _snapshots(project_id: int) -> QuerySet[CatalogSnapshot]:
    """Return the snapshot of this cloud project, created if there is none yet."""
    CatalogSnapshot.objects.get_or_create(cloud_project_id=project_id)
    return CatalogSnapshot.objects.filter(cloud_project_id=project_id)


def _is_before_rest(column: str) -> Q:
    """
    Return the condition that `column` is empty, or further than `REST` from now.

    A time in the future was written by a clock that was ahead, and must not block
    readings. Times up to `REST` ahead do block: on PostgreSQL `Now()` is the start of the
    transaction, so who has waited for the row's lock may read a later time than its own.
    """
    long_ago, not_yet = (
        Q(**{f"{column}__lt": Now() - REST}),
        Q(**{f"{column}__gt": Now() + REST}),
    )
    return Q(**{column: None}) | long_ago | not_yet
