"""The stored cluster list of a cloud project, as its latest scan read it."""

from django.db import models

from clusters.models.cloud_project import CloudProject


class InventorySnapshot(models.Model):
    """
    The latest scan of a cloud project that read the list to its end.

    A scan is complete if it proves that a cluster which it does not show is not there
    (`operations.inventory.scan`). All times are by the database's clock.
    """

    cloud_project = models.OneToOneField(
        CloudProject, on_delete=models.CASCADE, related_name="inventory_snapshot"
    )
    place_sha256 = models.CharField(max_length=64, blank=True, default="")
    """Fingerprint of the place that was listed."""
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    is_complete = models.BooleanField(default=False)
    clusters = models.JSONField(default=list)
    """The clusters, each a `clusters.domain.matching.ListedCluster` as JSON."""
    known_ours = models.JSONField(default=list)
    """Ids of our clusters in the last complete scan and in those after it."""
    roles = models.JSONField(default=list)
    """Roles of the IAM user (`clusters.cloud.types.Token`) at the last complete scan."""
    left_out = models.JSONField(default=list, db_default=[])
    """What could not be read, as `clusters.cloud.unreadable.summary_of` returns it."""
    error = models.CharField(max_length=500, blank=True, default="")
    """Why the last try did not reach the end, or is not complete; empty if it is."""

    def __str__(self) -> str:
        return f"inventory of {self.cloud_project_id}"
