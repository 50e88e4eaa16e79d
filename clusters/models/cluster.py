"""A cluster in the cloud, as the portal knows it; requests say what was asked about it."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clusters.models.cloud_project import CloudProject


class Health(models.TextChoices):
    """What became of a cluster that works, or did."""

    GOOD = "", _("works")
    VANISHED = "vanished", _("Not in the cloud any more")
    BROKEN = "broken", _("Broken in the cloud")


class ClusterQuerySet(models.QuerySet["Cluster"]):
    """Questions about clusters."""

    def at_place(self, cloud_project_id: int, place_sha256: str) -> Self:
        """
        Those that were made at this place, through whichever cloud project.

        While the place has no fingerprint: those of the cloud project without one.
        """
        if place_sha256:
            return self.filter(place_sha256=place_sha256)
        return self.filter(cloud_project_id=cloud_project_id, place_sha256="")

    def ready_in(self, cloud_project_id: int, place_sha256: str) -> Self:
        """Those that became ready in this cloud project, at this place."""
        return self.filter(
            cloud_project_id=cloud_project_id,
            place_sha256=place_sha256,
            ready_at__isnull=False,
        )

    def with_due_deletion(self) -> Self:
        """Those that are to be deleted now, because their request left them broken."""
        return self.filter(deletion_due_at__lte=Now(), gone_at=None)


class Cluster(models.Model):
    """
    One row for each cluster that the cloud has named to the portal, by an answer or a list.

    `cloud_id` is the cloud's own id; `place_sha256` the fingerprint of the place where it
    is (`clusters.cloud.place`). `spec` and `tags` are what was applied to it, as
    `clusters.domain.spec_json` writes them. `endpoint`, `cloud_status` and `cloud_progress` are the
    cloud's words; `cloud_detail` is what it said when the cluster became ready
    (`clusters.domain.cloud_detail`), empty before.

    `created_at` is when the portal learned of it, `ready_at` when it became ready (null
    before), `seen_at` when it was last listed while it was being created. `missing_since`
    and `missing_scans` count complete listings that did not show it. `gone_at` is when
    the cloud said that it is deleted. `deletion_due_at` is the lease of the worker that
    deletes it, in the database's clock; null where no deletion is ordered.

    `differing` is empty but for a fault: two requests that had recorded the same id before
    requests and clusters were two rows. What the second had recorded otherwise stands
    there under its id, column by column.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cloud_project = models.ForeignKey(
        CloudProject,
        on_delete=models.PROTECT,
        related_name="clusters",
        verbose_name=_("cloud project"),
    )
    place_sha256 = models.CharField(max_length=64, blank=True, default="")
    cloud_id = models.CharField(_("cluster id"), max_length=64)
    name = models.CharField(_("name"), max_length=64)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    owner_name = models.CharField(_("owner"), max_length=150)
    tags = models.JSONField(default=list)
    spec = models.JSONField(default=dict)

    endpoint = models.CharField(max_length=500, blank=True, default="")
    cloud_status = models.CharField(max_length=32, blank=True, default="")
    cloud_progress = models.CharField(max_length=64, blank=True, default="")
    cloud_detail = models.JSONField(default=dict, blank=True)
    health = models.CharField(
        max_length=16, choices=Health.choices, blank=True, default=Health.GOOD
    )
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    missing_since = models.DateTimeField(null=True, blank=True)
    missing_scans = models.PositiveIntegerField(default=0)
    gone_at = models.DateTimeField(null=True, blank=True)

    deletion_due_at = models.DateTimeField(null=True, blank=True)
    deletion_sent_at = models.DateTimeField(null=True, blank=True)
    deletion_tries = models.PositiveIntegerField(default=0)

    differing = models.JSONField(default=dict, blank=True, editable=False)

    objects = ClusterQuerySet.as_manager()

    class Meta:
        verbose_name = _("cluster")
        verbose_name_plural = _("clusters")
        constraints = [
            models.UniqueConstraint(
                fields=["cloud_project", "cloud_id"], name="cluster_is_known_once"
            ),
            models.CheckConstraint(
                name="cluster_has_cloud_id", condition=~Q(cloud_id="")
            ),
            models.CheckConstraint(
                name="cluster_ready_has_endpoint",
                condition=Q(ready_at__isnull=True) | ~Q(endpoint=""),
            ),
        ]
        indexes = [
            models.Index(fields=["cloud_id"], name="cluster_by_cloud_id"),
            models.Index(fields=["cloud_project", "health"], name="cluster_in_project"),
            models.Index(
                fields=["deletion_due_at"],
                condition=Q(deletion_due_at__isnull=False),
                name="cluster_due_deletion",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.cloud_id})"

    @property
    def is_being_deleted(self) -> bool:
        """Whether a worker is to delete it."""
        return self.deletion_due_at is not None

    @property
    def progress_percent(self) -> int | None:
        """The cloud's own progress, 0 to 100, or None where it says none."""
        digits = self.cloud_progress.rstrip("%")
        return min(int(digits), 100) if digits.isdecimal() else None
