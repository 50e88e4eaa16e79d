"""Builds a `ClusterSpec` from the cleaned values of the request form."""

from collections.abc import Mapping
from typing import Any

from clusters.cloud.types import BackupPolicy, ClusterSpec, Datastore, Volume
from clusters.domain.catalog import Catalog, has_local_disks
from clusters.forms.groups.access import access_of, endpoint_of
from clusters.forms.groups.labels import tags_of
from clusters.forms.groups.nodes import nodes_of
from clusters.forms.groups.security import security_of
from clusters.rules.backup import DAILY, HOURLY


def spec_of(values: Mapping[str, Any], catalog: Catalog) -> ClusterSpec:
    """
    Return the spec of the requested cluster.

    A value that failed its own check is replaced by an empty one, so that the rules can
    check the rest. Defaults: the newest engine version, and the first zone that sells
    the flavor. A flavor with local disks gets no volume.
    """
    flavor = values.get("flavor", "")
    datastore = values.get("datastore") or catalog.newest_datastore()
    zones = values.get("availability_zones", ())
    nodes = values.get("instance_num")
    return ClusterSpec(
        name=values.get("name", ""),
        description=values.get("description", ""),
        flavor=flavor,
        instance_num=max(1, len(zones)) if nodes is None else nodes,
        vpc_id=values.get("vpc_id", ""),
        subnet_id=values.get("subnet_id", ""),
        security_group_id=values.get("security_group_id", ""),
        volume=_volume(values, catalog),
        datastore=datastore,
        availability_zones=zones or _first_zone(flavor, datastore, catalog),
        backup=_backup(values) if values.get("backup_enabled") else None,
        tags=tags_of(values),
        enterprise_project_id=values.get("enterprise_project_id", "").lower(),
        security=security_of(values),
        masters=nodes_of(values, catalog, "master"),
        clients=nodes_of(values, catalog, "client"),
        cold=nodes_of(values, catalog, "cold"),
        encryption_key_id=values.get("encryption_key_id", "").lower(),
        public=access_of(values, "public"),
        kibana=access_of(values, "kibana"),
        vpc_endpoint=endpoint_of(values),
    )


def _first_zone(
    flavor: str, datastore: Datastore | None, catalog: Catalog
) -> tuple[str, ...]:
    zone = catalog.first_zone_selling(flavor, datastore) if datastore else ""
    return (zone,) if zone else ()


def _volume(values: Mapping[str, Any], catalog: Catalog) -> Volume | None:
    versions = catalog.flavors_named(values.get("flavor", ""))
    if any(has_local_disks(flavor) for flavor in versions):
        return None
    return Volume(
        type=values.get("volume_type", ""), size_gb=values.get("volume_size") or 0
    )


def _backup(values: Mapping[str, Any]) -> BackupPolicy:
    hour, timezone = values.get("backup_hour", 0), values.get("backup_timezone", "")
    frequency = values.get("backup_frequency", "")
    return BackupPolicy(
        frequency="" if frequency == DAILY else frequency,
        # The page lets an hourly policy go without; the vendor's SDK requires it.
        period=f"{0 if frequency == HOURLY else hour or 0:02d}:00 {timezone}",
        prefix=values.get("backup_prefix", ""),
        keepday=values.get("backup_keepday") or 0,
        bucket=values.get("backup_bucket", ""),
        base_path=values.get("backup_base_path", ""),
        agency=values.get("backup_agency", ""),
    )
