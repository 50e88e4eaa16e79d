"""One POST of a create on the wire: written before its first byte leaves."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import Outcome
from clusters.domain.absence import UNKNOWN
from clusters.models.request import ClusterRequest


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def that_may_have_created(self) -> "AttemptQuerySet":
        """Those whose outcome nobody knows, an unanswered one included."""
        return self.filter(outcome__in=UNKNOWN)

    def that_may_have_or_has_created(self) -> "AttemptQuerySet":
        """Those, and the ones whose answer named a cluster."""
        return self.filter(outcome__in=(*UNKNOWN, Outcome.ACCEPTED))


class Attempt(models.Model):
    """
    `outcome` is empty while the call is under way. Never two POSTs in one row.

    `place_sha256` is the fingerprint of the place that the POST was sent to.
    """

    request = models.ForeignKey(
        ClusterRequest,
        on_delete=models.PROTECT,
        related_name="attempts",
        verbose_name=_("request"),
    )
    number = models.PositiveIntegerField(_("number"))
    claim = models.PositiveIntegerField()
    body_sha256 = models.CharField(max_length=64)
    place_sha256 = models.CharField(max_length=64, blank=True, default="")
    sent_at = models.DateTimeField(_("sent"))
    answered_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(
        _("outcome"),
        max_length=16,
        blank=True,
        default="",
        choices=[(outcome.value, outcome.value) for outcome in Outcome],
    )
    status = models.PositiveIntegerField(_("HTTP status"), default=0)
    code = models.CharField(_("code"), max_length=64, blank=True, default="")
    message = models.TextField(blank=True, default="")
    request_id_of_cloud = models.CharField(max_length=128, blank=True, default="")
    raw = models.TextField(blank=True, default="")
    cluster_id = models.CharField(max_length=64, blank=True, default="")
    duration_ms = models.PositiveIntegerField(null=True, blank=True)

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
    Whether none of these attempts can have made a cluster that is not known.

    An attempt counts against it while its outcome is unknown, or not there yet.
    """
    return not any(each.outcome in UNKNOWN for each in attempts)


def named_cluster(attempts: Iterable[Attempt]) -> str:
    """Return the id that an answer to one of these attempts named; empty if none did."""
    return next((each.cluster_id for each in attempts if each.cluster_id), "")
