"""The catalog: what one cloud project offers, as a frozen value with queries on it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, Final, Self

from clusters.cloud.types import (
    CloudFlavor,
    CloudSecurityGroup,
    CloudSubnet,
    CloudVpc,
    Datastore,
    ZoneDisks,
)
from clusters.domain.catalog_index import CatalogIndex

VOLUME_TYPES: Final = ("COMMON", "HIGH", "ULTRAHIGH", "ESSD")
DISK_STEP_GB: Final = 20
"""Sizes of disks are multiples of it: "a common multiple of 4 and 10", CSS API Reference."""
DATA_ROLE: Final = "ess"
"""`type` of a flavor for data nodes; the create call v1.0 makes no other nodes."""
OTHER_ROLES: Final = ("ess-master", "ess-client", "ess-cold")
"""`type` of flavors for nodes of other kinds, which v2.0 makes."""

_ENGINES: Final = {
    1: "opensearch",
    2: "opensearch",
    3: "opensearch",
    5: "elasticsearch",
    6: "elasticsearch",
    7: "elasticsearch",
    8: "elasticsearch",
    9: "elasticsearch",
}
"""Major version to engine: the flavor list of CSS has versions, but no engines."""

_DIGITS: Final = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, kw_only=True)
class Catalog(CatalogIndex):
    """
    What one cloud project offers, as the cloud answered at `fetched_at`.

    `flavors` holds one entry for each name and engine version, data nodes only;
    `other_flavors` those of `OTHER_ROLES`. `disks` is empty where the cloud does not tell
    which zone sells which disks. `more_than` maps
    the name of each list that was not read to its end to the number of rows read.
    """

    fetched_at: datetime
    flavors: tuple[CloudFlavor, ...] = ()
    vpcs: tuple[CloudVpc, ...] = ()
    subnets: tuple[CloudSubnet, ...] = ()
    security_groups: tuple[CloudSecurityGroup, ...] = ()
    disks: tuple[ZoneDisks, ...] = ()
    more_than: Mapping[str, int] = field(default_factory=dict)
    other_flavors: tuple[CloudFlavor, ...] = ()

    @classmethod
    def of(
        cls,
        *,
        flavors: Iterable[CloudFlavor],
        vpcs: Iterable[CloudVpc],
        subnets: Iterable[CloudSubnet],
        security_groups: Iterable[CloudSecurityGroup],
        disks: Iterable[ZoneDisks] = (),
        more_than: Mapping[str, int] | None = None,
        fetched_at: datetime,
    ) -> Self:
        """Return the catalog of these answers, in their order, without other products."""
        known = [flavor for flavor in flavors if datastore_of(flavor.version)]
        return cls(
            fetched_at=fetched_at,
            flavors=tuple(each for each in known if each.role == DATA_ROLE),
            other_flavors=tuple(each for each in known if each.role in OTHER_ROLES),
            vpcs=tuple(vpcs),
            subnets=tuple(subnets),
            security_groups=tuple(security_groups),
            disks=tuple(disks),
            more_than=more_than or {},
        )

    # -- engines and flavors --------------------------------------------------

    @cached_property
    def datastores(self) -> tuple[Datastore, ...]:
        """Every engine version that is sold: Elasticsearch first, newest first."""
        versions = {flavor.version for flavor in self.flavors}
        found = [datastore for v in versions if (datastore := datastore_of(v))]
        found.sort(key=lambda each: _numbers(each.version), reverse=True)
        return tuple(sorted(found, key=lambda each: each.type))

    def newest_datastore(self) -> Datastore | None:
        """Return the default engine version; None where none is sold."""
        return next(iter(self.datastores), None)

    def flavor(self, name: str, datastore: Datastore) -> CloudFlavor | None:
        """Return this flavor as it is sold with this engine version."""
        for flavor in self.flavors_named(name):
            if datastore_of(flavor.version) == datastore:
                return flavor
        return None

    # -- zones ----------------------------------------------------------------

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """Every availability zone that sells anything, sorted by name."""
        if not self.names_zones:
            return tuple(sorted({each.zone for each in self.disks}))
        return tuple(sorted({zone for each in self.flavors for zone in each.zones}))

    @cached_property
    def names_zones(self) -> bool:
        """
        Whether the cloud says which zones sell what.

        Older regions leave `availableAZ` of flavors out; then nothing is sold out.
        """
        return any(flavor.zones for flavor in self.flavors)

    def is_sold_out(self, flavor: CloudFlavor) -> bool:
        """Whether no zone sells this flavor with its engine version."""
        return self.names_zones and not flavor.zones

    def first_zone_selling(self, flavor: str, datastore: Datastore) -> str:
        """Return the default availability zone for this flavor; empty if none is known."""
        found = self.flavor(flavor, datastore)
        if not found:
            return ""
        return min(found.zones if self.names_zones else self.zones, default="")

    # -- disks ----------------------------------------------------------------

    @cached_property
    def volume_types(self) -> tuple[str, ...]:
        """Every kind of disk that a zone sells; all kinds where the cloud does not tell."""
        return tuple(
            volume_type
            for volume_type in VOLUME_TYPES
            if not self.disks
            or any(volume_type in each.volume_types for each in self.disks)
        )

    def sells_disk(self, volume_type: str, zone: str) -> bool:
        """Whether the zone sells this kind of disk; True where the cloud does not tell."""
        return all(
            volume_type in each.volume_types for each in self.disks if each.zone == zone
        )

    # -- as JSON --------------------------------------------------------------

    def to_json(self) -> dict[str, Any]:
        """Return the catalog as a dict of JSON types, which `from_json` reads."""
        return {
            "fetched_at": self.fetched_at.isoformat(),
            "flavors": [
                {**asdict(each), "zones": list(each.zones)} for each in self.flavors
            ],
            "other_flavors": [
                {**asdict(each), "zones": list(each.zones)}
                for each in self.other_flavors
            ],
            "vpcs": [asdict(each) for each in self.vpcs],
            "subnets": [asdict(each) for each in self.subnets],
            "security_groups": [asdict(each) for each in self.security_groups],
            "disks": [
                {"zone": each.zone, "volume_types": list(each.volume_types)}
                for each in self.disks
            ],
            "more_than": dict(self.more_than),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """
        Return the catalog that `to_json` wrote.

        :raises ValueError: if the data is no catalog of this version of the portal
        """
        try:
            return cls(
                fetched_at=datetime.fromisoformat(data["fetched_at"]),
                flavors=tuple(_flavor_from_json(row) for row in data["flavors"]),
                # Absent from what versions before 0.3 have stored.
                other_flavors=tuple(
                    _flavor_from_json(row) for row in data.get("other_flavors", ())
                ),
                vpcs=tuple(CloudVpc(**row) for row in data["vpcs"]),
                subnets=tuple(CloudSubnet(**row) for row in data["subnets"]),
                security_groups=tuple(
                    CloudSecurityGroup(**row) for row in data["security_groups"]
                ),
                # Snapshots of earlier versions have neither.
                disks=tuple(_disks_from_json(row) for row in data.get("disks", ())),
                more_than=data.get("more_than", {}),
            )
        except (KeyError, TypeError) as e:
            raise ValueError(f"This is no catalog: {e}") from e


@lru_cache(maxsize=256)
def datastore_of(version: str) -> Datastore | None:
    """Return the engine of a version such as "7.10.2"; None for an unknown one."""
    numbers = _numbers(version)
    engine = _ENGINES.get(numbers[0]) if numbers else None
    return Datastore(type=engine, version=version) if engine else None


def has_local_disks(flavor: CloudFlavor) -> bool:
    """Whether the flavor has local disks: smallest and largest disk size are equal."""
    return flavor.disk_min_gb == flavor.disk_max_gb > 0


def is_vpc_ready(vpc: CloudVpc) -> bool:
    """Whether a cluster can use the VPC: it has a CIDR, and is not being created."""
    return bool(vpc.cidr) and vpc.status.upper() in ("", "OK", "ACTIVE")


def is_subnet_active(subnet: CloudSubnet) -> bool:
    """Whether the subnet's status is ACTIVE or empty."""
    return subnet.status.upper() in ("", "ACTIVE")


def _numbers(version: str) -> tuple[int, ...]:
    """Return "7.10.2" as (7, 10, 2), for sorting; empty for what is no version."""
    parts = version.split(".")
    if not all(_DIGITS.fullmatch(part) for part in parts):
        return ()
    return tuple(int(part) for part in parts)


def _flavor_from_json(row: dict[str, Any]) -> CloudFlavor:
    return CloudFlavor(**{**row, "zones": tuple(row["zones"])})


def _disks_from_json(row: dict[str, Any]) -> ZoneDisks:
    return ZoneDisks(zone=row["zone"], volume_types=tuple(row["volume_types"]))
