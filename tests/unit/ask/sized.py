"""Catalogs of any size, such as that of a large cloud project."""

import uuid

from clusters.cloud.types import (
    CloudFlavor,
    CloudSecurityGroup,
    CloudSubnet,
    CloudVpc,
    ZoneDisks,
)
from clusters.domain.catalog import Catalog
from tests.factories import NOON

VERSIONS = ("7.10.2", "7.6.2", "2.19.0")
ROLES = ("ess", "ess-master", "ess-client", "ess-cold")


def sized_catalog(
    *,
    flavors: int = 10,
    zones: int = 3,
    vpcs: int = 5,
    subnets: int = 20,
    security_groups: int = 10,
) -> Catalog:
    """
    Return a catalog with so many of each; the defaults are those of a small cloud project.

    Every third flavor is not sold with OpenSearch, every fifth only in the first zone,
    every fourth subnet has 3 free addresses, every second group does not let 9200 in.
    """
    names = [f"cn-north-4{chr(97 + number)}" for number in range(zones)]
    return Catalog.of(
        flavors=[
            _flavor(number, version, role, names)
            for role in ROLES
            for number in range(flavors)
            for version in VERSIONS[: 2 if number % 3 == 2 else 3]
        ],
        vpcs=[
            CloudVpc(
                id=_id(1, n),
                name=f"vpc-{n:04}",
                cidr=f"10.{n % 256}.0.0/16",
                status="OK",
            )
            for n in range(vpcs)
        ],
        subnets=[
            CloudSubnet(
                id=_id(2, n),
                name=f"subnet-{n:05}",
                vpc_id=_id(1, n % vpcs),
                cidr=f"10.{n % vpcs % 256}.{n // vpcs % 256}.0/24",
                status="ACTIVE",
                free_addresses=3 if n % 4 == 3 else 250,
            )
            for n in range(subnets)
        ],
        security_groups=[
            CloudSecurityGroup(id=_id(3, n), name=f"sg-{n:04}", opens_9200=n % 2 == 0)
            for n in range(security_groups)
        ],
        disks=[
            ZoneDisks(
                zone=zone,
                volume_types=("COMMON", "HIGH", "ULTRAHIGH")[: 2 if n % 2 else 3],
            )
            for n, zone in enumerate(names)
        ],
        fetched_at=NOON,
    )


def large_catalog(*, subnets: int = 2_000) -> Catalog:
    """Return 500 flavors of each kind in 20 zones, 300 VPCs and 700 security groups."""
    return sized_catalog(
        flavors=500, zones=20, vpcs=300, subnets=subnets, security_groups=700
    )


def _flavor(number: int, version: str, role: str, zones: list[str]) -> CloudFlavor:
    cpu = 2 * (number % 16 + 1)
    return CloudFlavor(
        name=f"{role}.spec-{cpu}u{4 * cpu}g.{number}",
        version=version,
        role=role,
        cpu=cpu,
        ram_gb=4 * cpu,
        disk_min_gb=40,
        disk_max_gb=1600,
        zones=tuple(zones[:1] if number % 5 == 4 else zones),
    )


def _id(kind: int, number: int) -> str:
    return str(uuid.UUID(int=(kind << 100) + number))
