"""The stored catalog of a cloud project: what it offered when it was last read."""

from datetime import datetime
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.domain.catalog import Catalog
from clusters.models.cloud_project import CloudProject

_MOST_KEPT: Final = 8
"""Catalogs that a process keeps; one of 10,000 subnets takes some 10 MB."""
_kept: dict[int, tuple[datetime, Catalog]] = {}
"""Primary key of a snapshot to when it was read from the cloud, and what it held."""


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
        """
        Return the stored catalog; None before the first one, or if it is unreadable.

        A process parses a catalog once, and looks at `data` only then: of a row that was
        loaded by `catalog_snapshot_of` the database sends it only then, too.
        """
        kept = _kept.get(self.pk)
        if kept and kept[0] == self.fetched_at:
            return kept[1]
        try:
            catalog = Catalog.from_json(self.data)
        except ValueError:
            # Written by another version of the portal; the next refresh replaces it.
            return None
        if self.fetched_at:
            _keep(self.pk, self.fetched_at, catalog)
        return catalog


def catalog_snapshot_of(project: CloudProject) -> CatalogSnapshot | None:
    """Return a cloud project's row with `data` still in the database; None without one."""
    return CatalogSnapshot.objects.filter(cloud_project=project).defer("data").first()


def catalog_of(project: CloudProject) -> Catalog | None:
    """Return the stored catalog of a cloud project; None if it was never read."""
    snapshot = catalog_snapshot_of(project)
    return snapshot.read() if snapshot else None


def forget_catalogs() -> None:
    """Let the next page parse its catalog again: for tests, whose rows begin anew."""
    _kept.clear()


def _keep(key: int, fetched_at: datetime, catalog: Catalog) -> None:
    """Keep a catalog; the one that was parsed longest ago makes room for it."""
    _kept.pop(key, None)
    _kept[key] = fetched_at, catalog
    for oldest in list(_kept)[:-_MOST_KEPT]:
        _kept.pop(oldest, None)  # another thread may have been quicker
