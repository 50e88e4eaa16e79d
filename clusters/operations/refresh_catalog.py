"""Read what a cloud project offers; keep the last good answer when that fails."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from clusters.catalog import Catalog
from clusters.cloud.errors import CloudError, CloudRefused, HostRefused
from clusters.cloud.types import Cloud, ZoneDisks
from clusters.engine import Engine
from clusters.models import CatalogSnapshot, CloudProject
from clusters.operations.pause import pause_after_trouble
from clusters.operations.places import learn_project_id
from clusters.operations.queue import ask_catalog_refresh

REST: Final = timedelta(seconds=10)
"""How long a cloud project's offers are not read again, whoever asks."""


def ask_refresh(project_id: int) -> bool:
    """
    Have the offers of a cloud project read anew; False where that was a moment ago.

    One conditional UPDATE decides, so of any number that ask at once one is heard.
    """
    if not _rested(project_id).update(asked_at=Now()):
        return False
    ask_catalog_refresh(project_id)
    return True


def ask_refresh_after_change(project_id: int) -> None:
    """
    Have them read anew because the cloud project was connected or resumed.

    Where that has to wait, the next sweep asks: what is kept is of the time before.
    """
    if not ask_refresh(project_id):
        CatalogSnapshot.objects.filter(cloud_project_id=project_id).update(
            tried_at=None
        )


def begin_refresh(project_id: int) -> bool:
    """
    Whether a worker may read them now: not within `REST` of the last time it began.

    A message may come twice, or be asked for by whoever leaves a room; the budget of the
    cloud is spent once.
    """
    began = _snapshots(project_id).filter(_is_before_rest("begun_at"))
    return bool(began.update(begun_at=Now()))


def refresh_catalog(project_id: int, *, cloud: Cloud, now: datetime) -> bool:
    """
    Ask the cloud five questions and keep the answers together, or none of them.

    :return: whether it worked; if not, the cloud's words stand in the snapshot
    """
    try:
        _learn_place(project_id, cloud)
        catalog = _ask(cloud, now)
    except CloudError as e:
        _keep(project_id, tried_at=now, error=str(e) or type(e).__name__)
        if isinstance(e, HostRefused):
            pause_after_trouble(project_id, e, now=now)
        return False
    _keep(project_id, data=catalog.to_json(), fetched_at=now, tried_at=now, error="")
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
        old = _rested(project_id).filter(Q(tried_at=None) | Q(tried_at__lt=due))
        if old.update(tried_at=Now(), asked_at=Now()):
            claimed.append(project_id)
    return claimed


def _rested(project_id: int) -> QuerySet[CatalogSnapshot]:
    """Return the row whose offers were neither asked for nor read a moment ago."""
    return _snapshots(project_id).filter(
        _is_before_rest("asked_at"), _is_before_rest("begun_at")
    )


def _snapshots(project_id: int) -> QuerySet[CatalogSnapshot]:
    """Return the row of this cloud project, made if it is the first time."""
    CatalogSnapshot.objects.get_or_create(cloud_project_id=project_id)
    return CatalogSnapshot.objects.filter(cloud_project_id=project_id)


def _is_before_rest(column: str) -> Q:
    """One from the future was written by a clock that was wrong: it holds nobody up."""
    long_ago, not_yet = (
        Q(**{f"{column}__lt": Now() - REST}),
        Q(**{f"{column}__gt": Now()}),
    )
    return Q(**{column: None}) | long_ago | not_yet


def _learn_place(cloud_project_id: int, cloud: Cloud) -> None:
    """
    Store the project id of the token where it is not known yet.

    Here, because nobody can ask for a cluster before there is a catalog.
    """
    unknown = CloudProject.objects.filter(pk=cloud_project_id, project_id="")
    version = unknown.values_list("credentials_version", flat=True).first()
    if version is not None:
        learn_project_id(
            cloud_project_id,
            credentials_version=version,
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
    except CloudRefused as refusal:
        if refusal.status not in (403, 404):
            raise
        return ()


def _keep(project_id: int, **values: object) -> None:
    CatalogSnapshot.objects.update_or_create(
        cloud_project_id=project_id, defaults=values
    )
