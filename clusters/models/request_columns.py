"""The columns of a request, and properties that are computed from them."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.domain.error_codes import PortalCode
from clusters.domain.states import MOVING, TONES, State, Tone
from clusters.models.cloud_project import CloudProject
from clusters.models.cluster import Cluster, Health


class Needs(models.TextChoices):
    """Who has to act before a request goes on, beyond what its state says."""

    NOBODY = "", _("nobody")
    OPERATOR = "operator", _("an operator")


class Kind(models.TextChoices):
    """What a request asks to be done."""

    CREATE = "create", _("Create a cluster")


class RequestColumns(models.Model):
    """
    The columns of a request.

    They are changed by `operations.core.transitions`, which repeats in the `WHERE` of the
    UPDATE what the change depends on. All times but `created_at` and `moved_at` are by the
    database's clock.
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
    """
    The cluster that it acts on; null before the cloud has named one.

    Set in the transaction in which the cloud's id of the cluster becomes known.
    """
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    """Who asked, or whom the request was handed over to."""
    requester_name = models.CharField(_("requester"), max_length=150)
    """User name of the requester at that time; kept when the user is renamed."""
    submission_key = models.UUIDField(default=uuid.uuid4, editable=False)
    """A hidden field of the form: submitting it twice makes one request."""
    submission_sha256 = models.CharField(max_length=64, editable=False)
    """Hash of what was submitted, to tell a repetition from a changed form."""

    name = models.CharField(_("name"), max_length=64)
    """Name of the cluster; `flavor` and `instance_num` are copies from `spec`, too."""
    reason = models.TextField(_("reason"), max_length=2000, blank=True, default="")
    """Why the requester needs it, for the approver."""
    spec = models.JSONField()
    """A `clusters.cloud.spec.ClusterSpec`, as `clusters.domain.spec_json` writes it."""
    labels = models.JSONField(default=dict)
    """Names of the chosen ids as they were shown then (`clusters.options.labels`)."""
    flavor = models.CharField(_("flavor"), max_length=128)
    instance_num = models.PositiveIntegerField(_("nodes"))
    body = models.TextField()
    """The exact bytes, as UTF-8 text, that are approved and sent."""
    body_sha256 = models.CharField(max_length=64)
    place_sha256 = models.CharField(max_length=64, blank=True, default="")
    """Fingerprint of the place that it was approved for; empty before an approval."""

    state = models.CharField(
        _("state"), max_length=16, choices=State.choices, default=State.PENDING
    )
    """`clusters.domain.states.MOVES` has all transitions."""
    needs = models.CharField(
        max_length=16, choices=Needs.choices, blank=True, default=Needs.NOBODY
    )
    created_at = models.DateTimeField(_("asked"))
    moved_at = models.DateTimeField(_("last change"))
    """When the state last changed."""

    claim = models.PositiveIntegerField(default=0)
    """Number of the last claim; only grows. A worker's writes require its own number."""
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    """End of the lease of the worker that has claimed it; not null while `sending`."""
    sent_at = models.DateTimeField(null=True, blank=True)
    """When the gate opened for the current claim; null: nothing was sent by it."""
    answer_by = models.DateTimeField(null=True, blank=True)
    """When the response to the POST must have come (`sent_at` + CALL)."""
    due_at = models.DateTimeField(null=True, blank=True)
    """A worker may take it from then on; null: at once."""
    failures = models.PositiveIntegerField(default=0)
    """Releases in a row, for the back-off."""
    waits_because = models.CharField(max_length=500, blank=True, default="")
    """Why it waits, as shown on its page; empty if it does not."""
    token_refusals = models.PositiveIntegerField(default=0)
    """How often in a row the gateway refused the token of its create: 0 or 1."""

    absent_scans = models.PositiveIntegerField(default=0)
    """While `unclear`: complete scans that did not show its cluster."""
    last_absent_at = models.DateTimeField(null=True, blank=True)
    """When the last of them began; null before the first."""

    error_code = models.CharField(max_length=64, blank=True, default="")
    """
    The error columns say why the request failed, in the cloud's words.

    `error_code` is the cloud's or a `clusters.domain.error_codes.PortalCode`.
    """
    error_message = models.TextField(blank=True, default="")
    error_status = models.PositiveIntegerField(default=0)
    """HTTP status; 0 without a response."""
    error_request_id = models.CharField(max_length=128, blank=True, default="")
    """The cloud's id of the call, for its support."""
    error_raw = models.TextField(blank=True, default="")
    """At most 4,096 bytes of a response that could not be classified."""

    class Meta:
        abstract = True

    @property
    def tone(self) -> Tone:
        """The visual category of the state."""
        return TONES[State(self.state)]

    @property
    def is_pending(self) -> bool:
        """Whether it waits for a decision."""
        return self.state == State.PENDING

    @property
    def is_moving(self) -> bool:
        """Whether its state may change without a person (`domain.states.MOVING`)."""
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
        """Whether its create was sent and it is not known if a cluster exists."""
        return self.state == State.UNCLEAR

    @property
    def can_be_cancelled(self) -> bool:
        """Whether no worker has claimed it: it waits for a decision or for a worker."""
        return self.state in (State.PENDING, State.APPROVED)

    @property
    def cloud_id(self) -> str:
        """The cloud's id of its cluster; empty while there is none."""
        return self.cluster.cloud_id if self.cluster else ""

    @property
    def can_be_retried(self) -> bool:
        """Whether it failed and the cloud never named a cluster for it."""
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
        """Whether its cluster was ready and is missing or broken since."""
        return (
            self.state == State.ACTIVE
            and self.cluster is not None
            and self.cluster.health != Health.GOOD
        )

    @property
    def progress_percent(self) -> int | None:
        """The cloud's progress of its cluster, 0 to 100; None if it reports none."""
        return self.cluster.progress_percent if self.cluster else None
