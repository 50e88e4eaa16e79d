"""Read what a cloud project offers; keep the last good answer when that fails."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Now

from clusters.catalog import Catalog
from clusters.cloud.errors import CloudError, HostRefused
from clusters.cloud.types import Cloud, ZoneDisks
from clusters.engine import Engine
from clusters.models import CatalogSnapshot, CloudProject
from clusters.operations.pause import pause_after_trouble
from clusters.operations.places import learn_project_id
from clusters.operations.refresh_pace import rested


def refresh_catalog(project_id: int, *, cloud: Cloud, now: datetime) -> bool:
    """
    Ask the cloud five questions and keep the answers together, or none of them.

    :return: whether it worked; if not, the cloud's words stand in the snapshot
    """
    try:
        _learn_place(project_id, cloud)
        catalog = _ask(cloud, now)
    except CloudError as e:
        _keep(project_id, tried_at=Now(), error=str(e) or type(e).__name__)
        if isinstance(e, HostRefused):
            pause_after_trouble(project_id, e, now=now)
        return False
    kept = {"data": catalog.to_json(), "fetched_at": now}
    _keep(project_id, **kept, tried_at=Now(), error="")
    return True


def claim_stale_catalogs(*, engine: Engine) -> list[int]:
    """
    Return the projects whose catalog is due, each to one caller only.

    `tried_at` is set in the asking, so that the next sweep does not ask again.
    """
    due = Now() - timedelta(seconds=engine.catalog_seconds)
    stale = CloudProject.objects.running().exclude(sealed_password="")
    claimed = []
    for project_id in stale.values_list("id", flat=True):
        old = rested(project_id).filter(Q(tried_at=None) | Q(tried_at__lt=due))
        if old.update(tried_at=Now(), asked_at=Now()):
            claimed.append(project_id)
    return claimed


def _learn_place(cloud_project_id: int, cloud: Cloud) -> None:
    """
    Store the project id of the token where it is not known yet.

    Here, because nobody can ask for a cluster before there is a catalog.
    """
    unknown = CloudProject.objects.filter(pk=cloud_project_id, project_id="").first()
    # A client that is older than a change of the row signs in somewhere else.
    if unknown is not None and unknown.place == cloud.place:
        learn_project_id(
            cloud_project_id,
            credentials_version=unknown.credentials_version,
            project_id=cloud.sign_in().project_id,
        )


def _ask(cloud: Cloud, now: datetime) -> Catalog:
    return Catalog.of(
        flavors=cloud.flavors(),
        vpcs=cloud.vpcs(),
        subnets=cloud.subnets(),
        security_groups=cloud.security_groups(),
        disks=_disks(cloud),
        fetched_at=now,
    )


def _disks(cloud: Cloud) -> tuple[ZoneDisks, ...]:
    """Return what disks each zone sells; nothing where the call is not to be had."""
    try:
        return cloud.disks()
    except CloudError as error:
        # Whoever says it, CSS, its gateway or a page: Open Telekom Cloud has no such call.
        if error.status not in (403, 404):
            raise
        return ()


def _keep(project_id: int, **values: object) -> None:
    CatalogSnapshot.objects.update_or_create(
        cloud_project_id=project_id, defaults=values
    )
