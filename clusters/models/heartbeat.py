"""A sign of life of a process."""

from enum import StrEnum

from django.db import models


class HeartbeatKind(StrEnum):
    """What a row of `Heartbeat` tells of; the value is stored."""

    WORKER = "worker"
    """A worker process: `name` is its node name, `seen_at` when it last reported."""
    BROKER = "broker"
    """A fault of the broker: `name` is the word for it, `seen_at` when it last occurred."""


class Heartbeat(models.Model):
    """
    The last sign of life of a process, or of a fault.

    `kind` is one of `HeartbeatKind`; `seen_at` is in the database's clock.
    """

    name = models.CharField(max_length=200, primary_key=True)
    kind = models.CharField(max_length=16)
    seen_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="heartbeat_seen")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
