"""The columns of a request, and what they say of it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.domain.error_codes import PortalCode
from clusters.domain.states import MOVING, TONES, State, Tone
from clusters.models.cloud_project import CloudProject
from clusters.models.cluster import Cluster, Health


class Needs(models.TextChoices):
    """Whom a request waits for, beyond its state."""

    NOBODY = "", _("nobody")
    OPERATOR = "operator", _("an operator")


class Kind(models.TextChoices):
    """What a request asks to be done."""

    CREATE = "create", _("Create a cluster")


class RequestColumns(models.Model):
    """
    `spec` is what the form yielded, `body` the exact bytes that get approved and sent.

    `place_sha256` is the fingerprint of the place that the request was approved for
    (`clusters.cloud.place`); empty before.

    `cluster` is the cluster that it acts on; a request of kind `create` gets it in the
    transaction in which the cloud's id of the cluster becomes known. The error columns
    say what went wrong with the request, and stay here.

    `claim` counts who owned the row; a worker's every write carries its number. Leases
    (`claimed_until`, `answer_by`, `due_at`) are in the database's clock.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(
        max_length=16, choices=Kind.choices, default=Kind.CREATE, db_default=Kind.CREATE
    )
    cloud_project = models.ForeignKey(
        CloudProject,
        on_delete=models.PROTECT,
        related_name="requests",
        verbose_name=_("cloud project"),
    )
    cluster = models.ForeignKey(
        Cluster,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="requests",
        verbose_name=_("cluster"),
    )
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requester_name = models.CharField(_("requester"), max_length=150)
    submission_key = models.UUIDField(default=uuid.uuid4, editable=False)
    submission_sha256 = models.CharField(max_length=64, editable=False)

    name = models.CharField(_("name"), max_length=64)
    reason = models.TextField(_("reason"), max_length=2000, blank=True, default="")
    spec = models.JSONField()
    labels = models.JSONField(default=dict)
    flavor = models.CharField(_("flavor"), max_length=128)
    instance_num = models.PositiveIntegerField(_("nodes"))
    body = models.TextField()
    body_sha256 = models.CharField(max_length=64)
    place_sha256 = models.CharField(max_length=64, blank=True, default="")

    state = models.CharField(
        _("state"), max_length=16, choices=State.choices, default=State.PENDING
    )
    needs = models.CharField(
        max_length=16, choices=Needs.choices, blank=True, default=Needs.NOBODY
    )
    created_at = models.DateTimeField(_("asked"))
    moved_at = models.DateTimeField(_("last change"))

    claim = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    answer_by = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    waits_because = models.CharField(max_length=500, blank=True, default="")
    token_refusals = models.PositiveIntegerField(default=0)

    absent_scans = models.PositiveIntegerField(default=0)
    last_absent_at = models.DateTimeField(null=True, blank=True)

    error_code = models.CharField(max_length=64, blank=True, default="")
    error_message = models.TextField(blank=True, default="")
    error_status = models.PositiveIntegerField(default=0)
    error_request_id = models.CharField(max_length=128, blank=True, default="")
    error_raw = models.TextField(blank=True, default="")

    class Meta:
        abstract = True

    @property
    def tone(self) -> Tone:
        """How the state feels."""
        return TONES[State(self.state)]

    @property
    def is_pending(self) -> bool:
        """Whether it waits for a decision."""
        return self.state == State.PENDING

    @property
    def is_moving(self) -> bool:
        """Whether the portal is doing something about it by itself."""
        return self.state in MOVING

    @property
    def is_creating(self) -> bool:
        """Whether the cloud is building it."""
        return self.state == State.CREATING

    @property
    def is_active(self) -> bool:
        """Whether its cluster works."""
        return self.state == State.ACTIVE

    @property
    def is_failed(self) -> bool:
        """Whether it ended without a working cluster."""
        return self.state == State.FAILED

    @property
    def is_unclear(self) -> bool:
        """Whether we asked the cloud and do not know what came of it."""
        return self.state == State.UNCLEAR

    @property
    def can_be_cancelled(self) -> bool:
        """Whether nothing has been sent and nobody has claimed it."""
        return self.state in (State.PENDING, State.APPROVED)

    @property
    def cloud_id(self) -> str:
        """The cloud's id of its cluster; empty while there is none."""
        return self.cluster.cloud_id if self.cluster else ""

    @property
    def can_be_retried(self) -> bool:
        """Whether it failed before it ever got a cluster."""
        return self.state == State.FAILED and self.cluster_id is None

    @property
    def has_broken_cluster(self) -> bool:
        """Whether it failed and its cluster may still be there and bill."""
        return (
            self.state == State.FAILED
            and self.cluster is not None
            and self.cluster.gone_at is None
            and self.error_code != PortalCode.DELETED_OUTSIDE
        )

    @property
    def is_being_deleted(self) -> bool:
        """Whether a worker is to delete its broken cluster."""
        return self.cluster is not None and self.cluster.is_being_deleted

    @property
    def is_in_trouble(self) -> bool:
        """Whether its working cluster vanished or broke behind our back."""
        return (
            self.state == State.ACTIVE
            and self.cluster is not None
            and self.cluster.health != Health.GOOD
        )

    @property
    def progress_percent(self) -> int | None:
        """How far the cloud says it is with its cluster, 0 to 100; None if it does not."""
        return self.cluster.progress_percent if self.cluster else None
