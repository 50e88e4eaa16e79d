"""Approve or reject: by whom, when, why, for which body."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.models.request import ClusterRequest


class Verdict(models.TextChoices):
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


class DecisionQuerySet(models.QuerySet["Decision"]):
    def standing_approvals(self) -> Self:
        """Those by which something may be sent; at most one of each request."""
        return self.filter(verdict=Verdict.APPROVED, voided_at=None)


class Decision(models.Model):
    """
    A decision holds for one body hash and one place; `voided_at` is set when either changed.

    `place_sha256` is empty for a rejection.
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
    at = models.DateTimeField(_("decided"))
    comment = models.TextField(blank=True, default="")
    body_sha256 = models.CharField(max_length=64)
    place_sha256 = models.CharField(max_length=64, blank=True, default="")
    voided_at = models.DateTimeField(_("made void"), null=True, blank=True)

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
        return f"{self.verdict} by {self.by_name} for {self.request_id}"
