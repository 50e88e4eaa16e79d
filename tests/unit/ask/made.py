"""A small catalog, and valid data for the request form."""

from typing import Any

from django.http import QueryDict

from clusters.cloud.types import (
    CloudFlavor,
    CloudSecurityGroup,
    CloudSubnet,
    CloudVpc,
    CreateApi,
)
from clusters.domain.catalog import Catalog
from clusters.forms import RequestForm
from clusters.options import Option
from tests.factories import NOON

ZONES = ("cn-north-4a", "cn-north-4b", "cn-north-4c")
VPC = "1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b"
SUBNET = "2a3b4c5d-6e7f-4081-92a3-b4c5d6e7f809"
GROUP = "3b4c5d6e-7f80-4192-a3b4-c5d6e7f8091a"

RIGHT: dict[str, Any] = {
    "cloud_project": "demo",
    "name": "logs-search",
    "description": "",
    "reason": "Search for the web logs.",
    "datastore": "elasticsearch:7.10.2",
    "flavor": "ess.spec-4u16g",
    "instance_num": "3",
    "availability_zones": ["cn-north-4a"],
    "volume_type": "HIGH",
    "volume_size": "100",
    "vpc_id": VPC,
    "subnet_id": SUBNET,
    "security_group_id": GROUP,
    "backup_enabled": "on",
    "backup_hour": "16",
    "backup_timezone": "GMT+08:00",
    "backup_prefix": "snapshot",
    "backup_keepday": "7",
    "backup_bucket": "",
    "backup_base_path": "",
    "backup_agency": "",
}
REQUIRED = [
    "cloud_project",
    "name",
    "flavor",
    "instance_num",
    "volume_type",
    "volume_size",
    "vpc_id",
    "subnet_id",
    "security_group_id",
    "backup_hour",
    "backup_timezone",
    "backup_prefix",
    "backup_keepday",
]
"""The mandatory fields, for a flavor without local disks and with snapshots."""


def flavor(name: str, **changes: Any) -> CloudFlavor:
    return CloudFlavor(
        **{
            "name": name,
            "version": "7.10.2",
            "role": "ess",
            "cpu": 4,
            "ram_gb": 16,
            "disk_min_gb": 40,
            "disk_max_gb": 1600,
            "zones": ZONES[:2],
            **changes,
        }
    )


FLAVORS = (
    flavor("ess.spec-4u16g"),
    flavor("ess.spec-4u16g", version="7.6.2"),
    flavor("ess.spec-4u16g", version="2.19.0", zones=ZONES),
    flavor("ess.spec-old", version="7.6.2", cpu=1),
    flavor("ess.spec-32u64g", cpu=32, ram_gb=64, zones=()),
    flavor("ess.spec-i3small", cpu=8, ram_gb=64, disk_min_gb=1600, disk_max_gb=1600),
)


def catalog(**changes: Any) -> Catalog:
    """Return a catalog with four VPCs, of which two are ready, and three subnets."""
    return Catalog.of(
        **{
            "flavors": FLAVORS,
            "vpcs": (
                CloudVpc(id=VPC, name="vpc-prod", cidr="10.0.0.0/16", status="OK"),
                CloudVpc(id="v2", name="vpc-test", cidr="10.1.0.0/16", status="OK"),
                CloudVpc(
                    id="v3", name="vpc-new", cidr="10.2.0.0/16", status="CREATING"
                ),
                CloudVpc(id="v4", name="vpc-bare", status="OK"),
            ),
            "subnets": (
                CloudSubnet(
                    id=SUBNET,
                    name="subnet-search",
                    vpc_id=VPC,
                    cidr="10.0.0.0/24",
                    status="ACTIVE",
                    free_addresses=5,
                ),
                CloudSubnet(id="s2", name="subnet-test", vpc_id="v2", status="ACTIVE"),
                CloudSubnet(id="s3", name="subnet-bad", vpc_id=VPC, status="ERROR"),
            ),
            "security_groups": (
                CloudSecurityGroup(id=GROUP, name="css-sg", opens_9200=True),
                CloudSecurityGroup(id="g2", name="sg-web"),
            ),
            "fetched_at": NOON,
            **changes,
        }
    )


def posted(**changes: Any) -> QueryDict:
    """Return the data of a valid form as it is submitted; None leaves a field out."""
    data = QueryDict(mutable=True)
    for name, value in {**RIGHT, **changes}.items():
        if value is not None:
            data.setlist(name, value if isinstance(value, list) else [value])
    return data


def form(
    api: CreateApi = CreateApi.V1,
    *,
    form_catalog: Catalog | None = None,
    **changes: Any,
) -> RequestForm:
    """Return the bound form; the project "showcase" exists but is not connected."""
    return RequestForm(
        posted(**changes),
        catalog=form_catalog or catalog(),
        api=api,
        cloud_projects=[
            Option(value="demo", label="demo"),
            Option(value="showcase", label="showcase", enabled=False),
        ],
    )
