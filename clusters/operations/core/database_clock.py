"""The database's clock. Every lease and every due time is written and compared by it."""

from datetime import datetime, timedelta

from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from clusters.models import CloudProject


def database_now(cloud_project_id: int) -> datetime:
    """
    Return the current time of the database's clock.

    Read with the cloud project's row, since Django has no query without a table.

    :raises CloudProject.DoesNotExist: if there is no such row
    """
    rows = CloudProject.objects.filter(id=cloud_project_id).annotate(moment=Now())
    return rows.values_list("moment", flat=True).get()


def future() -> CombinedExpression:
    """
    Return the moment from which on a stored time can only come from a wrong clock.

    That is one second from now: on SQLite `Now()` alone has milliseconds and `Now()` plus
    an interval has microseconds, so two texts of the same moment may differ.
    """
    return Now() + timedelta(seconds=1)
