"""What one cloud project offers: the last good answer, with its age."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.domain.catalog import Catalog
from clusters.models.cloud_project import CloudProject


class CatalogSnapshot(models.Model):
    """
    `data` is a `clusters.domain.catalog.Catalog` as JSON, kept when later refreshes fail.

    `error` is why the last try failed, in the cloud's words; empty when it worked.
    `left_out` is what of the last good answer could not be read, as
    `clusters.cloud.unreadable.summary_of` returns it.
    `asked_at` and `begun_at` are when a refresh was last asked for and begun, whoever
    asked, in the database's clock.
    """

    cloud_project = models.OneToOneField(
        CloudProject, on_delete=models.CASCADE, related_name="catalog"
    )
    data = models.JSONField(default=dict)
    fetched_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    left_out = models.JSONField(default=list, db_default=[])
    error = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("catalog")
        verbose_name_plural = _("catalogs")

    def __str__(self) -> str:
        return f"catalog of {self.cloud_project_id}"

    def read(self) -> Catalog | None:
        """Return the last good answer; None before the first, or where it is unreadable."""
        try:
            return Catalog.from_json(self.data)
        except ValueError:
            # Written by another version of the portal; the next refresh mends it.
            return None


def catalog_of(project: CloudProject) -> Catalog | None:
    """Return what a cloud project offers, None where that was never read."""
    snapshot = CatalogSnapshot.objects.filter(cloud_project=project).first()
    return snapshot.read() if snapshot else None
