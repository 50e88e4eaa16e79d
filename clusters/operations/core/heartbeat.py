"""Show that a process lives."""

from django.db.models.functions import Now

from clusters.models import Heartbeat
from clusters.models.heartbeat import HeartbeatKind


def record_heartbeat(name: str, *, kind: HeartbeatKind) -> None:
    """Write the database's time beside this process's name."""
    Heartbeat.objects.update_or_create(
        name=name[:200], defaults={"kind": kind.value, "seen_at": Now()}
    )
