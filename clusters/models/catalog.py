"""The stored catalog of a cloud project: what it offered when it was last read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.domain.catalog import Catalog
from clusters.models.cloud_project import CloudProject


class CatalogSnapshot(models.Model):
    """
    The catalog of one cloud project, and the state of its refresh.

    A failed refresh leaves `data`, `fetched_at` and `left_out` as they were. All times
    are by the database's clock.
    """

    cloud_project = models.OneToOneField(
        CloudProject, on_delete=models.CASCADE, related_name="catalog"
    )
    data = models.JSONField(default=dict)
    """A `clusters.domain.catalog.Catalog`, as its `to_json` writes it; {} before the first."""
    fetched_at = models.DateTimeField(null=True, blank=True)
    """When `data` was read from the cloud; null before the first time."""
    tried_at = models.DateTimeField(null=True, blank=True)
    """When a refresh last ended, or the sweep last requested one."""
    asked_at = models.DateTimeField(null=True, blank=True)
    """When a refresh was last requested, by anybody."""
    begun_at = models.DateTimeField(null=True, blank=True)
    """When a refresh last began."""
    left_out = models.JSONField(default=list, db_default=[])
    """What could not be read, as `clusters.cloud.unreadable.summary_of` returns it."""
    error = models.TextField(blank=True, default="")
    """Why the last refresh failed, in the cloud's words; empty if it succeeded."""

    class Meta:
        verbose_name = _("catalog")
        verbose_name_plural = _("catalogs")

    def __str__(self) -> str:
        return f"catalog of {self.cloud_project_id}"

    def read(self) -> Catalog | None:
        """Return the stored catalog; None before the first one, or if it is unreadable."""
        try:
            return Catalog.from_json(self.data)
        except ValueError:
            # Written by another version of the portal; the next refresh replaces it.
            return None


def catalog_of(project: CloudProject) -> Catalog | None:
    """Return the stored catalog of a cloud project; None if it was never read."""
    snapshot = CatalogSnapshot.objects.filter(cloud_project=project).first()
    return snapshot.read() if snapshot else None
