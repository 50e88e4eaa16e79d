"""A sign of life of a process."""

from django.db import models


class Heartbeat(models.Model):
    """
    `seen_at` is in the database's clock.

    Of kind `broker`: when the broker was last found in the trouble that the name says.
    """

    name = models.CharField(max_length=200, primary_key=True)
    kind = models.CharField(max_length=16)
    seen_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="heartbeat_seen")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
