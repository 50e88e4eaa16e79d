"""The database's clock: the one that every lease is written and read by."""

from datetime import datetime, timedelta

from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from clusters.models import CloudProject


def database_now(cloud_project_id: int) -> datetime:
    """Return the moment by the database's clock, whatever this machine's clock says."""
    rows = CloudProject.objects.filter(id=cloud_project_id).annotate(moment=Now())
    return rows.values_list("moment", flat=True).get()


def future() -> CombinedExpression:
    """
    Return the moment after which nothing can have been written but by a wrong clock.

    A second from now: SQLite writes one moment in two forms, which differ by as little.
    """
    return Now() + timedelta(seconds=1)
