"""The latest complete listing of a cloud project."""

from django.db import models

from clusters.models.cloud_project import CloudProject


class InventorySnapshot(models.Model):
    """
    One row for each cloud project: the latest walk through its cluster list that ended.

    `clusters` holds what matching needs, a `clusters.domain.matching.ListedCluster` each;
    `known_ours` the ids of our clusters in the last look that counts and in those since,
    `roles` what IAM let the user do in the former; `error` why the last try did not end,
    or does not count; `place_sha256` the place that was listed; `left_out` what of the
    list could not be read, as `clusters.cloud.unreadable.summary_of` returns it. Times are
    in the database's clock.
    """

    cloud_project = models.OneToOneField(
        CloudProject, on_delete=models.CASCADE, related_name="inventory_snapshot"
    )
    place_sha256 = models.CharField(max_length=64, blank=True, default="")
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    is_complete = models.BooleanField(default=False)
    clusters = models.JSONField(default=list)
    known_ours = models.JSONField(default=list)
    roles = models.JSONField(default=list)
    left_out = models.JSONField(default=list, db_default=[])
    error = models.CharField(max_length=500, blank=True, default="")

    def __str__(self) -> str:
        return f"inventory of {self.cloud_project_id}"
