"""Heartbeats: when a process last reported, or a fault last occurred."""

from enum import StrEnum

from django.db import models


class HeartbeatKind(StrEnum):
    """What a row of `Heartbeat` is about; the value is stored."""

    WORKER = "worker"
    """A worker process: `name` is its node name, `seen_at` when it last reported."""
    BROKER = "broker"
    """A fault of the broker: `name` identifies it, `seen_at` is when it last occurred."""


class Heartbeat(models.Model):
    """
    The last report of a process, or the last occurrence of a fault.
    """

    name = models.CharField(max_length=200, primary_key=True)
    """Node name of the worker, or the name of the fault; see `HeartbeatKind`."""
    kind = models.CharField(max_length=16)
    """A `HeartbeatKind`."""
    seen_at = models.DateTimeField()
    """By the database's clock."""

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="heartbeat_seen")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
