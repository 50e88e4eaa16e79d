"""The initial values of the request form: defaults, or those of an older request."""

from typing import Any, Final

from clusters.cloud.types import BackupPolicy, ClusterSpec
from clusters.domain.catalog import Catalog, has_local_disks
from clusters.forms.groups.access import access_values
from clusters.forms.groups.labels import label_values
from clusters.forms.groups.nodes import FIRST_NUMBERS, node_values
from clusters.forms.groups.security import security_values
from clusters.rules.backup import DAILY

Values = dict[str, Any]
"""Field name to text; the value of `availability_zones` is a list of texts."""

FIRST_NODES: Final = 3
"""Number of nodes; three keep a quorum when one fails."""
FIRST_DISK_GB: Final = 100
FIRST_DISK: Final = "HIGH"
_OTHER_DISKS: Final = ("master_volume_type", "client_volume_type", "cold_volume_type")


def first_values(catalog: Catalog, *, timezone: str) -> Values:
    """
    Return defaults for everything but the name; a network only if there is just one.

    :param timezone: the time zone of snapshots as CSS writes it: ``GMT+08:00``
    """
    newest = catalog.newest_datastore()
    return {
        "datastore": str(newest or ""),
        "flavor": _smallest_flavor(catalog),
        "instance_num": str(FIRST_NODES),
        "volume_type": _default_disk(catalog),
        "volume_size": str(FIRST_DISK_GB),
        "vpc_id": _only(each.id for each in catalog.vpcs),
        "subnet_id": _only(each.id for each in catalog.subnets),
        "security_group_id": _only(
            each.id for each in catalog.security_groups if each.opens_9200
        ),
        "backup_frequency": DAILY,
        "backup_hour": "0",
        "backup_timezone": timezone,
        "backup_prefix": "snapshot",
        "backup_keepday": "7",
        **FIRST_NUMBERS,
        **dict.fromkeys(_OTHER_DISKS, _default_disk(catalog)),
    }


def values_of(spec: ClusterSpec) -> Values:
    """Return the field values that produce this spec when they are submitted."""
    return {
        "name": spec.name,
        "description": spec.description,
        "datastore": str(spec.datastore or ""),
        "flavor": spec.flavor,
        "instance_num": str(spec.instance_num),
        "availability_zones": list(spec.availability_zones),
        "volume_type": spec.volume.type if spec.volume else FIRST_DISK,
        "volume_size": str(spec.volume.size_gb if spec.volume else FIRST_DISK_GB),
        "vpc_id": spec.vpc_id,
        "subnet_id": spec.subnet_id,
        "security_group_id": spec.security_group_id,
        **(_backup_values(spec.backup) if spec.backup else {}),
        **security_values(spec),
        **node_values(spec),
        **access_values(spec),
        **label_values(spec),
    }


def _backup_values(backup: BackupPolicy) -> Values:
    hour, _space, timezone = backup.period.partition(" ")
    return {
        "backup_enabled": "on",
        "backup_frequency": backup.frequency or DAILY,
        "backup_hour": str(int(hour.partition(":")[0])),
        "backup_timezone": timezone,
        "backup_prefix": backup.prefix,
        "backup_keepday": str(backup.keepday),
        "backup_bucket": backup.bucket,
        "backup_base_path": backup.base_path,
        "backup_agency": backup.agency,
    }


def _smallest_flavor(catalog: Catalog) -> str:
    """Return the smallest flavor on sale with the newest engine, or ""."""
    newest = catalog.newest_datastore()
    fitting = [
        flavor
        for flavor in catalog.flavors
        if newest
        and flavor.version == newest.version
        and not catalog.is_sold_out(flavor)
        and not has_local_disks(flavor)
    ]
    smallest = min(fitting, key=lambda each: (each.cpu, each.ram_gb), default=None)
    return smallest.name if smallest else ""


def _default_disk(catalog: Catalog) -> str:
    """Return the default disk type if it is on sale, else the first on sale, or ""."""
    sold = catalog.volume_types
    return FIRST_DISK if FIRST_DISK in sold else next(iter(sold), "")


def _only(ids: Any) -> str:
    """Return the id if there is exactly one, else ""."""
    found = list(ids)
    return found[0] if len(found) == 1 else ""
