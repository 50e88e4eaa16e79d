"""Parameter ``nics`` of a create: VPC, subnet, security group."""

import re
from dataclasses import dataclass

from clusters.simulator.checks.body_parsing import (
    JsonObject,
    object_value,
    reject_unknown_keys,
)
from clusters.simulator.network import Network, SecurityGroup, Subnet
from clusters.simulator.refusals import css_refusal, invalid_parameter

IDS = frozenset({"vpcId", "netId", "securityGroupId"})
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Nics:
    """The VPC, subnet and security group that a create names."""

    vpc_id: str
    subnet: Subnet
    group: SecurityGroup


def check_nics(
    block: JsonObject, network: Network, known: frozenset[str] = IDS
) -> Nics:
    """
    Return the VPC, its subnet and the security group.

    :raises CssRefusal: if one is missing, unknown, hidden or not usable
    """
    nics = object_value(block, "nics")
    if nics is None:
        raise css_refusal("CSS.5046", "The nics parameter is missing.")
    reject_unknown_keys(nics, known)
    vpc_id = _check_vpc(nics, network)
    subnet = _check_subnet(nics, vpc_id, network)
    _check_addresses(nics.get("ips", []), subnet)
    return Nics(vpc_id=vpc_id, subnet=subnet, group=_check_group(nics, network))


def _check_vpc(nics: JsonObject, network: Network) -> str:
    vpc = network.find_vpc(_uuid(nics, "vpcId"))
    if vpc is None:
        raise css_refusal("CSS.5021", "The VPC does not exist or is not yours.")
    if not vpc.cidr or vpc.id not in {each.vpc_id for each in network.subnets}:
        raise css_refusal("CSS.5157", "The VPC has no CIDR block or no subnet.")
    return vpc.id


def _check_subnet(nics: JsonObject, vpc_id: str, network: Network) -> Subnet:
    subnet = network.find_subnet(_uuid(nics, "netId"))
    if subnet is None:
        raise css_refusal("CSS.5022", "The subnet does not exist.", 404)
    if subnet.vpc_id != vpc_id:
        raise css_refusal("CSS.5074", "The subnet is not in the VPC.")
    if subnet.status != "ACTIVE":
        raise invalid_parameter(f"netId: the subnet is {subnet.status}")
    return subnet


def _check_group(nics: JsonObject, network: Network) -> SecurityGroup:
    group = network.find_group(_uuid(nics, "securityGroupId"))
    if group is None:
        message = "The security group does not exist or is not yours."
        raise css_refusal("CSS.5023", message)
    return group


def _check_addresses(addresses: object, subnet: Subnet) -> None:
    if not isinstance(addresses, list):
        raise invalid_parameter("ips")
    for address in addresses:
        if not isinstance(address, str) or not subnet.contains(address):
            raise css_refusal("CSS.5051", "The IP address is not valid.")


def _uuid(nics: JsonObject, key: str) -> str:
    value = nics.get(key)
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise invalid_parameter(key)
    return value.lower()
