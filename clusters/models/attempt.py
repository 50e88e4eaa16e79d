"""
Attempts: one row for each POST of a create, written before its first byte is sent.

A row without an outcome therefore means that a cluster may exist.
"""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import Outcome
from clusters.domain.absence import UNKNOWN
from clusters.models.request import ClusterRequest


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def that_may_have_created(self) -> "AttemptQuerySet":
        """Attempts whose outcome is unknown, those without a response included."""
        return self.filter(outcome__in=UNKNOWN)

    def that_may_have_or_has_created(self) -> "AttemptQuerySet":
        """The same, and those whose response named a cluster."""
        return self.filter(outcome__in=(*UNKNOWN, Outcome.ACCEPTED))


class Attempt(models.Model):
    """
    One POST of a create.

    `operations.provisioning.gate` writes the row and commits it before the first byte of
    the body is sent; `operations.provisioning.answer` writes the result into it, once.
    """

    request = models.ForeignKey(
        ClusterRequest,
        on_delete=models.PROTECT,
        related_name="attempts",
        verbose_name=_("request"),
    )
    number = models.PositiveIntegerField(_("number"))
    """Counts the attempts of the request, from 1 on."""
    claim = models.PositiveIntegerField()
    """`claim` of the request at that time; a claim makes at most one attempt."""
    body_sha256 = models.CharField(max_length=64)
    """SHA-256 of the bytes that were sent, in hexadecimal."""
    place_sha256 = models.CharField(max_length=64, blank=True, default="")
    """Fingerprint of the place that the POST was sent to (`clusters.cloud.place`)."""
    sent_at = models.DateTimeField(_("sent"))
    """When the gate opened, by the database's clock."""
    answered_at = models.DateTimeField(null=True, blank=True)
    """When the result was written; null while the call runs, or if its worker died."""
    outcome = models.CharField(
        _("outcome"),
        max_length=16,
        blank=True,
        default="",
        choices=[(outcome.value, outcome.value) for outcome in Outcome],
    )
    """An `Outcome`; empty until the result is written, which counts as unknown."""
    status = models.PositiveIntegerField(_("HTTP status"), default=0)
    """0 if there was no response."""
    code = models.CharField(_("code"), max_length=64, blank=True, default="")
    message = models.TextField(blank=True, default="")
    """`code` and `message` are the cloud's own."""
    request_id_of_cloud = models.CharField(max_length=128, blank=True, default="")
    """The cloud's id of the call (X-Request-Id), which its support asks for."""
    raw = models.TextField(blank=True, default="")
    """At most 4,096 bytes of a response that could not be classified."""
    cluster_id = models.CharField(max_length=64, blank=True, default="")
    """The cluster that the response named; empty if it named none."""
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    """How long the call took, in milliseconds."""

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "number"], name="attempt_is_numbered_once"
            ),
            models.UniqueConstraint(
                fields=["request", "claim"], name="attempt_is_one_for_each_claim"
            ),
        ]
        indexes = [models.Index(fields=["sent_at"], name="attempt_lately")]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.request_id}"


def is_clean(attempts: Iterable[Attempt]) -> bool:
    """
    Whether none of these attempts can have created a cluster that is not known.

    False while the outcome of one of them is unknown, or not written yet.
    """
    return not any(each.outcome in UNKNOWN for each in attempts)


def named_cluster(attempts: Iterable[Attempt]) -> str:
    """Return the cluster id that a response to these attempts named; empty if none did."""
    return next((each.cluster_id for each in attempts if each.cluster_id), "")
