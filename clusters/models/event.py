"""One line of history: append-only, chained by hash."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.models.request import ClusterRequest


class Event(models.Model):
    """
    `kind` is a verb of the life table, or what else happened ("attempt.answered").

    `hash` covers the event and `previous_hash`, so a changed or missing line shows.
    """

    request = models.ForeignKey(
        ClusterRequest,
        on_delete=models.PROTECT,
        related_name="events",
        verbose_name=_("request"),
    )
    seq = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("kind"), max_length=40)
    from_state = models.CharField(max_length=16, blank=True, default="")
    to_state = models.CharField(max_length=16, blank=True, default="")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_name = models.CharField(_("person"), max_length=150, blank=True, default="")
    data = models.JSONField(default=dict)
    correlation_id = models.CharField(max_length=64, blank=True, default="")
    previous_hash = models.CharField(max_length=64, blank=True, default="")
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "seq"], name="event_is_numbered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.seq}) of {self.request_id}"

    def expected_hash(self) -> str:
        """Compute what `hash` must be; another value means that history was changed."""
        return hashlib.sha256(
            json.dumps(self._hashed(), sort_keys=True, separators=(",", ":")).encode()
        ).hexdigest()

    def _hashed(self) -> dict[str, Any]:
        return {
            "previous": self.previous_hash,
            "request": str(self.request_id),
            "seq": self.seq,
            "at": self.at.isoformat(),
            "kind": self.kind,
            "from": self.from_state,
            "to": self.to_state,
            "actor": self.actor_name,
            "data": self.data,
            "correlation": self.correlation_id,
        }
