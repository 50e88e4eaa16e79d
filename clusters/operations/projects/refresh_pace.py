"""How often a cloud project's offers are read, whoever asks."""

from datetime import timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from clusters.models import CatalogSnapshot
from clusters.operations.core.dispatch import enqueue_catalog_refresh

REST: Final = timedelta(seconds=10)
"""How long a cloud project's offers are not read again, whoever asks."""


def request_refresh(project_id: int) -> bool:
    """
    Have the offers of a cloud project read anew; False where that was a moment ago.

    One conditional UPDATE decides, so of any number that ask at once one is heard.
    """
    if not rested(project_id).update(asked_at=Now()):
        return False
    enqueue_catalog_refresh(project_id)
    return True


def request_refresh_after_change(project_id: int) -> None:
    """
    Have them read anew because the cloud project was connected or resumed.

    Where that has to wait, the next sweep asks: what is kept is of the time before.
    """
    if not request_refresh(project_id):
        CatalogSnapshot.objects.filter(cloud_project_id=project_id).update(
            tried_at=None
        )


def begin_refresh(project_id: int) -> bool:
    """
    Whether a worker may read them now: not within `REST` of the last time it began.

    A message may come twice, or be asked for by whoever leaves a room; the budget of the
    cloud is spent once.
    """
    began = _snapshots(project_id).filter(_is_before_rest("begun_at"))
    return bool(began.update(begun_at=Now()))


def rested(project_id: int) -> QuerySet[CatalogSnapshot]:
    """Return the row whose offers were neither asked for nor read a moment ago."""
    return _snapshots(project_id).filter(
        _is_before_rest("asked_at"), _is_before_rest("begun_at")
    )


def _snapshots(project_id: int) -> QuerySet[CatalogSnapshot]:
    """Return the row of this cloud project, made if it is the first time."""
    CatalogSnapshot.objects.get_or_create(cloud_project_id=project_id)
    return CatalogSnapshot.objects.filter(cloud_project_id=project_id)


def _is_before_rest(column: str) -> Q:
    """
    One from the future was written by a clock that was wrong: it holds nobody up.

    Only beyond `REST`: who waited for the row's lock began before whoever had it, and
    finds a moment that is later than its own.
    """
    long_ago, not_yet = (
        Q(**{f"{column}__lt": Now() - REST}),
        Q(**{f"{column}__gt": Now() + REST}),
    )
    return Q(**{column: None}) | long_ago | not_yet
