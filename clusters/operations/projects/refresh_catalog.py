"""Read the catalog of a cloud project; a failure keeps the last good one."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.db.models.functions import Now

from clusters.cloud.errors import CloudError, HostRefused
from clusters.cloud.types import Cloud, CloudFlavor, LeftOut, Note, ZoneDisks
from clusters.cloud.unreadable import summary_of
from clusters.domain.catalog import DATA_ROLE, Catalog, datastore_of
from clusters.domain.engine_settings import EngineSettings
from clusters.models import CatalogSnapshot, CloudProject
from clusters.operations.core.backoff import pause_after_trouble
from clusters.operations.projects.places import learn_project_id
from clusters.operations.projects.refresh_pace import refreshable

log = logging.getLogger(__name__)


def refresh_catalog(project_id: int, *, cloud: Cloud, now: datetime) -> bool:
    """
    Make the five calls of a catalog and store their results together, or none of them.

    Unreadable items are left out, counted in the snapshot and logged. Errors of the cloud
    are not raised but stored in `CatalogSnapshot.error`.

    :return: whether the catalog was stored
    """
    try:
        _learn_place(project_id, cloud)
        catalog, left_out = _ask(cloud, now)
    except CloudError as e:
        _keep(project_id, tried_at=Now(), error=str(e) or type(e).__name__)
        if isinstance(e, HostRefused):
            pause_after_trouble(project_id, e, now=now)
        return False
    kept = {"data": catalog.to_json(), "fetched_at": now, "left_out": left_out}
    _keep(project_id, **kept, tried_at=Now(), error="")
    _log_left_out(project_id, left_out)
    return True


def claim_stale_catalogs(*, engine: EngineSettings) -> list[int]:
    """
    Return the ids of projects whose catalog is due, each to one caller only.

    Sets `tried_at` in the same UPDATE, so that the next sweep does not return them again.
    """
    due = Now() - timedelta(seconds=engine.catalog_seconds)
    stale = CloudProject.objects.running().exclude(sealed_password="")
    claimed = []
    for project_id in stale.values_list("id", flat=True):
        old = refreshable(project_id).filter(Q(tried_at=None) | Q(tried_at__lt=due))
        if old.update(tried_at=Now(), asked_at=Now()):
            claimed.append(project_id)
    return claimed


def _learn_place(cloud_project_id: int, cloud: Cloud) -> None:
    """
    Store the project id of the token where it is not known yet.

    Done with the catalog, since there is no request before there is a catalog.
    """
    unknown = CloudProject.objects.filter(pk=cloud_project_id, project_id="").first()
    # A client that was made before the place was changed signs in at the old one.
    if unknown is not None and unknown.place == cloud.place:
        learn_project_id(
            cloud_project_id,
            credentials_version=unknown.credentials_version,
            project_id=cloud.sign_in().project_id,
        )


def _ask(cloud: Cloud, now: datetime) -> tuple[Catalog, list[dict[str, Any]]]:
    """Return the catalog, and a summary of the items that could not be read."""
    left_out: list[LeftOut] = []
    flavors = cloud.flavors(left_out.append)
    left_out += _unknown_versions(flavors)
    catalog = Catalog.of(
        flavors=flavors,
        vpcs=cloud.vpcs(left_out.append),
        subnets=cloud.subnets(left_out.append),
        security_groups=cloud.security_groups(left_out.append),
        disks=_disks(cloud, left_out.append),
        fetched_at=now,
        more_than={
            each.what: each.more_than for each in left_out if each.more_than is not None
        },
    )
    return catalog, summary_of(left_out)


def _unknown_versions(flavors: Iterable[CloudFlavor]) -> Iterator[LeftOut]:
    """Yield each version of a data node's flavor that has no known engine."""
    versions = dict.fromkeys(each.version for each in flavors if each.role == DATA_ROLE)
    for version in versions:
        if datastore_of(version) is None:
            yield LeftOut(what="versions", why=version)


def _disks(cloud: Cloud, note: Note) -> tuple[ZoneDisks, ...]:
    """Return the kinds of disk of each zone; empty where the cloud has no such call."""
    try:
        return cloud.disks(note)
    except CloudError as error:
        # Open Telekom Cloud has no such call: CSS, its gateway or an HTML page says so.
        if error.status not in (403, 404):
            raise
        return ()


def _log_left_out(project_id: int, left_out: list[dict[str, Any]]) -> None:
    for row in left_out:
        details = {
            "list": row["what"],
            "count": row["count"],
            "first": row["first"],
            "more_than": row["more_than"],
        }
        log.warning(
            "catalog.left_out", extra={"cloud_project_id": project_id, **details}
        )


def _keep(project_id: int, **values: object) -> None:
    CatalogSnapshot.objects.update_or_create(
        cloud_project_id=project_id, defaults=values
    )
