"""The networks of every simulated project: VPCs, subnets, security groups."""

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from itertools import islice
from uuid import NAMESPACE_DNS, uuid5

SEARCH_PORT = 9200
"""The TCP port of Elasticsearch, which the security group has to allow."""
_CREATED_AT = "2026-01-05T02:11:13"


@dataclass(frozen=True, kw_only=True)
class Vpc:
    """A virtual private cloud; without a CIDR block no cluster can be created in it."""

    id: str
    name: str
    cidr: str = ""
    enterprise_project_id: str = "0"

    def as_json(self, project_id: str) -> dict[str, object]:
        """Return the VPC as the v1 list shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "description": "",
            "cidr": self.cidr,
            "status": "OK",
            "enterprise_project_id": self.enterprise_project_id,
            "routes": [],
            "tenant_id": project_id,
            "created_at": _CREATED_AT,
            "updated_at": _CREATED_AT,
        }


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """A subnet; its first ``occupied`` usable addresses are in use by others."""

    id: str
    name: str
    vpc_id: str
    cidr: str
    status: str = "ACTIVE"
    occupied: int = 9

    @property
    def gateway(self) -> str:
        """The first address of the subnet."""
        return str(IPv4Network(self.cidr)[1])

    def contains(self, address: str) -> bool:
        """Whether the text is an IPv4 address of the subnet."""
        try:
            return IPv4Address(address) in IPv4Network(self.cidr)
        except ValueError:
            return False

    def free_addresses(self, taken: Collection[str] = ()) -> list[str]:
        """Return the free addresses; the gateway and the last three are reserved."""
        usable = list(IPv4Network(self.cidr))[2:-3]
        return [
            address
            for address in map(str, islice(usable, self.occupied, None))
            if address not in taken
        ]

    def as_json(self, project_id: str, taken: Collection[str]) -> dict[str, object]:
        """Return the subnet as the v1 list shows it; its id is netId in a create."""
        return {
            "id": self.id,
            "name": self.name,
            "description": "",
            "cidr": self.cidr,
            "gateway_ip": self.gateway,
            "ipv6_enable": False,
            "dhcp_enable": True,
            "primary_dns": "100.125.1.250",
            "secondary_dns": "",
            "dnsList": ["100.125.1.250"],
            "availability_zone": "cn-north-4a",
            "vpc_id": self.vpc_id,
            "status": self.status,
            "neutron_network_id": self.id,
            "neutron_subnet_id": str(uuid5(NAMESPACE_DNS, self.id)),
            "tenant_id": project_id,
            "available_ip_address_count": len(self.free_addresses(taken)),
        }


@dataclass(frozen=True, kw_only=True)
class IngressRule:
    """Allows inbound traffic; protocol None is any protocol, ports None all ports."""

    protocol: str | None
    ports: tuple[int, int] | None = None
    source: str = "192.168.0.0/16"

    def allows(self, port: int) -> bool:
        """Whether the rule allows inbound TCP on this port."""
        low, high = self.ports or (1, 65535)
        return self.protocol in (None, "tcp") and low <= port <= high

    def as_json(self, project_id: str, group_id: str) -> dict[str, object]:
        """Return the rule as an entry of its security group."""
        low, high = self.ports or (None, None)
        rule = f"{group_id} {self.protocol} {low}"
        return {
            "id": str(uuid5(NAMESPACE_DNS, rule)),
            "security_group_id": group_id,
            "direction": "ingress",
            "ethertype": "IPv4",
            "protocol": self.protocol,
            "port_range_min": low,
            "port_range_max": high,
            "remote_ip_prefix": self.source,
            "remote_group_id": None,
            "remote_address_group_id": None,
            "tenant_id": project_id,
            "description": "",
        }


@dataclass(frozen=True, kw_only=True)
class SecurityGroup:
    """A security group; ``vpc_id`` is informative, a group is not bound to a VPC."""

    id: str
    name: str
    vpc_id: str
    rules: tuple[IngressRule, ...]
    enterprise_project_id: str = "0"

    def allows(self, port: int) -> bool:
        """Whether any rule allows inbound TCP on this port."""
        return any(rule.allows(port) for rule in self.rules)

    def as_json(self, project_id: str) -> dict[str, object]:
        """Return the group with its rules as the v1 list shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "description": "",
            "vpc_id": self.vpc_id,
            "enterprise_project_id": self.enterprise_project_id,
            "security_group_rules": [
                rule.as_json(project_id, self.id) for rule in self.rules
            ],
        }


VPC_PROD = "1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b"
VPC_TEST = "6c0d1e2f-7a8b-4c9d-8e0f-1a2b3c4d5e6f"
SUBNET_SEARCH = "2a3b4c5d-6e7f-4081-92a3-b4c5d6e7f809"
GROUP_SEARCH = "3b4c5d6e-7f80-4192-a3b4-c5d6e7f8091a"


@dataclass(frozen=True, kw_only=True)
class Network:
    """All VPCs, subnets and security groups of the site."""

    vpcs: tuple[Vpc, ...] = (
        Vpc(id=VPC_PROD, name="vpc-prod", cidr="192.168.0.0/16"),
        Vpc(id=VPC_TEST, name="vpc-test", cidr="10.20.0.0/16"),
        Vpc(id="7d1e2f30-8b9c-4dae-9f10-2b3c4d5e6f70", name="vpc-planned"),
    )
    subnets: tuple[Subnet, ...] = (
        Subnet(
            id=SUBNET_SEARCH,
            name="subnet-search",
            vpc_id=VPC_PROD,
            cidr="192.168.0.0/24",
        ),
        Subnet(
            id="8e2f3041-9cad-4ebf-8021-3c4d5e6f7081",
            name="subnet-legacy",
            vpc_id=VPC_PROD,
            cidr="192.168.9.0/28",
        ),
        Subnet(
            id="9f304152-adbe-4fc0-9132-4d5e6f708192",
            name="subnet-test",
            vpc_id=VPC_TEST,
            cidr="10.20.0.0/24",
        ),
        Subnet(
            id="a0415263-becf-40d1-a243-5e6f708192a3",
            name="subnet-retired",
            vpc_id=VPC_TEST,
            cidr="10.20.4.0/24",
            status="ERROR",
        ),
    )
    security_groups: tuple[SecurityGroup, ...] = (
        SecurityGroup(
            id=GROUP_SEARCH,
            name="sg-search",
            vpc_id=VPC_PROD,
            rules=(IngressRule(protocol="tcp", ports=(9200, 9300)),),
        ),
        SecurityGroup(
            id="b1526374-cfd0-41e2-b354-6f708192a3b4",
            name="sg-internal",
            vpc_id=VPC_TEST,
            rules=(IngressRule(protocol=None),),
        ),
        SecurityGroup(
            id="c2637485-d0e1-42f3-8465-708192a3b4c5",
            name="sg-web-only",
            vpc_id=VPC_PROD,
            rules=(
                IngressRule(protocol="tcp", ports=(443, 443), source="0.0.0.0/0"),
                IngressRule(protocol="icmp", source="0.0.0.0/0"),
            ),
        ),
    )

    def find_vpc(self, vpc_id: str) -> Vpc | None:
        """Return the VPC with this id, or None."""
        return next((each for each in self.vpcs if each.id == vpc_id), None)

    def find_subnet(self, subnet_id: str) -> Subnet | None:
        """Return the subnet with this id, or None."""
        return next((each for each in self.subnets if each.id == subnet_id), None)

    def find_group(self, group_id: str) -> SecurityGroup | None:
        """Return the security group with this id, or None."""
        groups = self.security_groups
        return next((each for each in groups if each.id == group_id), None)
