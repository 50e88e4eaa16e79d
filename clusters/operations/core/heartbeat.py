"""Record that a process is alive."""

from django.db.models.functions import Now

from clusters.models import Heartbeat
from clusters.models.heartbeat import HeartbeatKind


def record_heartbeat(name: str, *, kind: HeartbeatKind) -> None:
    """Store the database's time for this process; `name` is cut to 200 characters."""
    Heartbeat.objects.update_or_create(
        name=name[:200], defaults={"kind": kind.value, "seen_at": Now()}
    )
