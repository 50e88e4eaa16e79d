"""What migrations that move rows ask first: that no worker is running."""

from datetime import timedelta

from django.conf import settings
from django.core.management.base import CommandError
from django.db.models.functions import Now

_BEATS = 4
"""A worker shows a sign of life each RECONCILE_SECONDS; after so many it is silent."""


def refuse_running_worker(apps, schema_editor):
    """
    Stop the migration while a worker may be writing to the rows that it moves.

    :raises CommandError: if a worker showed a sign of life just now
    """
    beat = getattr(settings, "RECONCILE_SECONDS", 15)
    fresh = timedelta(seconds=_BEATS * beat + 5)
    heartbeats = apps.get_model("clusters", "Heartbeat").objects
    heartbeats = heartbeats.using(schema_editor.connection.alias)
    alive = heartbeats.filter(kind="worker", seen_at__gt=Now() - fresh)
    newest = alive.order_by("-seen_at").values_list("name", flat=True).first()
    if newest is not None:
        raise CommandError(
            f"The worker {newest} showed a sign of life within the last"
            f" {int(fresh.total_seconds())} seconds: stop all workers, wait so long, and"
            " run migrate again. Nothing was changed by this migration."
        )
