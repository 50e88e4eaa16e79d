"""What the checks of the history found."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditCheckQuerySet(models.QuerySet["AuditCheck"]):
    """Queries for checks. The newest began last, whatever the clock said then."""

    def newest(self) -> "AuditCheck | None":
        """Return the newest one, or None."""
        return self.order_by("-pk").first()

    def ended(self) -> "AuditCheckQuerySet":
        """Those that came to their end."""
        return self.filter(ended_at__isnull=False)

    def newest_finding(self) -> "models.QuerySet[AuditCheck, Any]":
        """Of the newest of those that ended, what it found; empty if all was well."""
        return self.ended().order_by("-pk").values("finding")[:1]


class AuditCheck(models.Model):
    """One run of `verify_audit`, by a person or by beat."""

    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    """Null while it runs, or if its process died."""
    events = models.PositiveBigIntegerField(default=0)
    requests = models.PositiveBigIntegerField(default=0)
    finding = models.TextField(blank=True, default="")
    """The first bad row in words; empty if all is well."""

    objects = AuditCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of the history")
        verbose_name_plural = _("checks of the history")
        ordering = ["-began_at", "-id"]
        indexes = [models.Index(fields=["-began_at", "-id"], name="audit_check_newest")]

    def __str__(self) -> str:
        return f"check of {self.began_at}"

    @property
    def is_good(self) -> bool:
        """Whether it came to its end and found nothing."""
        return self.ended_at is not None and not self.finding
