"""Decisions on requests: who approved or rejected what, when and why."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.models.erased_names import shown_name
from clusters.models.request import ClusterRequest


class Verdict(models.TextChoices):
    """What an approver decided."""

    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


class DecisionQuerySet(models.QuerySet["Decision"]):
    def standing_approvals(self) -> Self:
        """Approvals that hold; at most one for each request."""
        return self.filter(verdict=Verdict.APPROVED, voided_at=None)


class Decision(models.Model):
    """
    One decision on a request; it holds for one body and one place.

    Never changed but for `voided_at`, which is set when body or place are no longer
    those of the approval, or the approval is too old
    (`operations.provisioning.void_decision`). At most one of a request is not void.
    """

    request = models.ForeignKey(
        ClusterRequest,
        on_delete=models.PROTECT,
        related_name="decisions",
        verbose_name=_("request"),
    )
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(_("decided by"), max_length=150)
    """User name at that time; kept when the user is renamed."""
    at = models.DateTimeField(_("decided"))
    comment = models.TextField(blank=True, default="")
    body_sha256 = models.CharField(max_length=64)
    """SHA-256 of the body that was decided on, in hexadecimal."""
    place_sha256 = models.CharField(max_length=64, blank=True, default="")
    """Fingerprint of the place that was approved; empty for a rejection."""
    voided_at = models.DateTimeField(_("made void"), null=True, blank=True)
    """Null while the decision holds."""

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=models.Q(voided_at__isnull=True),
                name="decision_holds_once",
            ),
        ]

    def __str__(self) -> str:
        name = shown_name(self.by_name)
        return f"{self.verdict} by {name} for {self.request_id}"
