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
WIDE_VPC = "6e7f8091-a2b3-44c5-96d7-f8091a2b3c4d"
WIDE_SUBNET = "7f8091a2-b3c4-45d6-a7e8-091a2b3c4d5e"
"""A subnet with more free addresses than a cluster can have nodes, and its VPC."""
PASSWORD = "Correct-Horse-7-Battery"

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
    "backup_frequency": "DAY",
    "backup_hour": "16",
    "backup_timezone": "GMT+08:00",
    "backup_prefix": "snapshot",
    "backup_keepday": "7",
    "backup_bucket": "",
    "backup_base_path": "",
    "backup_agency": "",
    "security_mode": "",
    "https_enabled": "",
    "password_source": "",
    "admin_password": "",
    "admin_password_again": "",
    "encryption_key_id": "",
    "master_flavor": "",
    "master_instance_num": "",
    "master_volume_type": "",
    "client_flavor": "",
    "client_instance_num": "",
    "client_volume_type": "",
    "cold_flavor": "",
    "cold_instance_num": "",
    "cold_volume_type": "",
    "cold_volume_size": "",
    "public_bandwidth": "",
    "public_whitelist": "",
    "kibana_bandwidth": "",
    "kibana_whitelist": "",
    "vpc_endpoint": "",
    "vpc_endpoint_dns": "",
    "vpc_endpoint_permissions": "",
    "tags": "",
    "enterprise_project_id": "",
    "watchers": "",
}
"""Valid data of the first look, for either version of the create call."""
FILLED: dict[str, Any] = {
    **RIGHT,
    "description": "Logs of the shop",
    "vpc_id": WIDE_VPC,
    "subnet_id": WIDE_SUBNET,
    "backup_frequency": "SUN",
    "backup_bucket": "example-css-backup",
    "backup_base_path": "css_repository/logs-search",
    "backup_agency": "css_obs_agency",
    "security_mode": "on",
    "https_enabled": "on",
    "password_source": "own",
    "admin_password": PASSWORD,
    "admin_password_again": PASSWORD,
    "encryption_key_id": "4c5d6e7f-8091-42a3-b4c5-d6e7f8091a2b",
    "master_flavor": "ess.spec-4u16g",
    "master_instance_num": "3",
    "master_volume_type": "HIGH",
    "client_flavor": "ess.spec-4u16g",
    "client_instance_num": "2",
    "client_volume_type": "COMMON",
    "cold_flavor": "ess.spec-4u32g",
    "cold_instance_num": "4",
    "cold_volume_type": "COMMON",
    "cold_volume_size": "600",
    "public_bandwidth": "10",
    "public_whitelist": "203.0.113.7\n198.51.100.0/24",
    "kibana_bandwidth": "5",
    "kibana_whitelist": "203.0.113.0/28",
    "vpc_endpoint": "on",
    "vpc_endpoint_dns": "on",
    "vpc_endpoint_permissions": "iam:domain::0123456789abcdef0123456789abcdef",
    "tags": "team=search\ncost-center=4711",
    "enterprise_project_id": "5d6e7f80-91a2-43b4-85c6-e7f8091a2b3c",
    "watchers": "bob, charlie",
}
"""Valid data for v2.0 without an empty field, so that each field applies."""
SECRETS = ("password_source", "admin_password", "admin_password_again")
"""Fields of the password, which never become part of a spec or of a page."""
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
    flavor("ess.spec-4u16g", role="ess-master"),
    flavor("ess.spec-4u16g", role="ess-master", version="7.6.2"),
    flavor("ess.spec-16u64g", role="ess-master", disk_min_gb=100, zones=ZONES[:1]),
    flavor("ess.spec-32u64g", role="ess-master", zones=()),
    flavor("ess.spec-4u16g", role="ess-client"),
    flavor("ess.spec-4u8g", role="ess-client", zones=ZONES[1:]),
    flavor("ess.spec-4u32g", role="ess-cold", disk_min_gb=100, disk_max_gb=2560),
    flavor("ess.spec-i3small", role="ess-cold", disk_min_gb=1600, disk_max_gb=1600),
)


def catalog(**changes: Any) -> Catalog:
    """Return a catalog with five VPCs, of which three are ready, and four subnets."""
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
                CloudVpc(
                    id=WIDE_VPC, name="vpc-wide", cidr="172.16.0.0/16", status="OK"
                ),
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
                CloudSubnet(
                    id=WIDE_SUBNET,
                    name="subnet-wide",
                    vpc_id=WIDE_VPC,
                    cidr="172.16.0.0/20",
                    status="ACTIVE",
                    free_addresses=4_000,
                ),
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


def whole_form(**changes: Any) -> RequestForm:
    """Return the bound form for v2.0 in which every field applies, with changes."""
    return form(CreateApi.V2, **{**FILLED, **changes})


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
