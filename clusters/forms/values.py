"""The initial values of the request form: defaults, or those of an older request."""

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

from clusters.cloud.types import BackupPolicy, ClusterSpec
from clusters.domain.catalog import DATA_ROLE, Catalog, has_local_disks
from clusters.forms.groups.access import access_values
from clusters.forms.groups.labels import label_values
from clusters.forms.groups.nodes import FIRST_NUMBERS, node_values
from clusters.forms.groups.security import security_values
from clusters.options import Chosen, is_usable_subnet, is_usable_vpc, on_sale
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
    newest, flavor = catalog.newest_datastore(), _smallest_flavor(catalog)
    start = Chosen(datastore=newest, flavor=flavor)
    disk = _default_disk(catalog, start.effective_zones(catalog))
    return {
        "datastore": str(newest or ""),
        "flavor": flavor,
        "instance_num": str(FIRST_NODES),
        "volume_type": disk,
        "volume_size": str(FIRST_DISK_GB),
        **_first_network(catalog),
        "backup_frequency": DAILY,
        "backup_hour": "0",
        "backup_timezone": timezone,
        "backup_prefix": "snapshot",
        "backup_keepday": "7",
        **FIRST_NUMBERS,
        **dict.fromkeys(_OTHER_DISKS, disk),
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
    newest = Chosen(datastore=catalog.newest_datastore())
    for versions in catalog.sizes_of(DATA_ROLE):
        entry = on_sale(versions, newest, catalog) if newest.datastore else None
        if entry and not has_local_disks(entry):
            return entry.name
    return ""


def _default_disk(catalog: Catalog, zones: tuple[str, ...]) -> str:
    """Return the default disk type if these zones sell it, else the first they sell, or ""."""
    sold = [
        each
        for each in catalog.volume_types
        if all(catalog.sells_disk(each, zone) for zone in zones)
    ]
    return FIRST_DISK if FIRST_DISK in sold else next(iter(sold), "")


def _first_network(catalog: Catalog) -> Values:
    """Return VPC, subnet and security group, each only if there is one that can be used."""
    vpc_id = _only(each.id for each in catalog.vpcs if is_usable_vpc(catalog, each))
    place = Chosen(vpc_id=vpc_id, nodes=FIRST_NODES)
    return {
        "vpc_id": vpc_id,
        "subnet_id": _only(
            each.id
            for each in (catalog.subnets_of(vpc_id) if vpc_id else catalog.subnets)
            if is_usable_subnet(catalog, place, each)
        ),
        "security_group_id": _only(
            each.id for each in catalog.security_groups if each.opens_9200
        ),
    }


def _only(ids: Iterable[str]) -> str:
    """Return the id if there is exactly one, else ""; it reads no further than that."""
    found = list(islice(ids, 2))
    return found[0] if len(found) == 1 else ""
