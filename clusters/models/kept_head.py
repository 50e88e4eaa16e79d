"""Heads of the history that the portal keeps for itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class KeptHead(models.Model):
    """
    One signed head: the line that `export_head` prints, as it was signed.

    Beat keeps one a day. `verify_audit` compares the history with the newest one, so that
    events which were cut off the end are noticed.
    """

    at = models.DateTimeField(_("at"))
    """When the head was taken; also in the line."""
    last_event_id = models.BigIntegerField()
    """The head covers all events whose primary key is at most this one."""
    events = models.PositiveBigIntegerField()
    """How many events it covers."""
    line = models.TextField()
    """One line of JSON with its signature (`clusters.domain.signed_head`)."""
    written_at = models.DateTimeField(null=True, blank=True)
    """When it was appended to AUDIT_HEAD_FILE; null: not yet."""
    mailed_at = models.DateTimeField(null=True, blank=True)
    """
    When the mail server took it for AUDIT_HEAD_MAIL; null: it did not.

    One that is older than a mailed one is not mailed any more.
    """

    class Meta:
        verbose_name = _("kept head")
        verbose_name_plural = _("kept heads")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["-at", "-id"], name="head_newest")]

    def __str__(self) -> str:
        return f"head of {self.events} events"
