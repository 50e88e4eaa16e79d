"""The database's clock: the one that every lease is written and read by."""

from datetime import datetime

from django.db.models.functions import Now

from clusters.models import CloudProject


def database_now(cloud_project_id: int) -> datetime:
    """Return the moment by the database's clock, whatever this machine's clock says."""
    rows = CloudProject.objects.filter(id=cloud_project_id).annotate(moment=Now())
    return rows.values_list("moment", flat=True).get()
