"""The network of a create."""

import re
from dataclasses import dataclass

from clusters.simulator.checks.body_parsing import Block, block_of, only
from clusters.simulator.network import Network, SecurityGroup, Subnet
from clusters.simulator.refusals import css_refusal, incorrect

IDS = frozenset({"vpcId", "netId", "securityGroupId"})
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Nics:
    """The three ids of a create, found."""

    vpc_id: str
    subnet: Subnet
    group: SecurityGroup


def check_nics(block: Block, network: Network, known: frozenset[str] = IDS) -> Nics:
    """Return the VPC, the subnet inside it and the security group."""
    nics = block_of(block, "nics")
    if nics is None:
        raise css_refusal("CSS.5046", "The nics parameter is missing.")
    only(nics, known)
    vpc_id = _check_vpc(nics, network)
    subnet = _check_subnet(nics, vpc_id, network)
    _check_addresses(nics.get("ips", []), subnet)
    return Nics(vpc_id=vpc_id, subnet=subnet, group=_check_group(nics, network))


def _check_vpc(nics: Block, network: Network) -> str:
    vpc = network.find_vpc(_uuid(nics, "vpcId"))
    if vpc is None:
        raise css_refusal("CSS.5021", "The VPC does not exist or is not yours.")
    if not vpc.cidr or vpc.id not in {each.vpc_id for each in network.subnets}:
        raise css_refusal("CSS.5157", "The VPC has no CIDR block or no subnet.")
    return vpc.id


def _check_subnet(nics: Block, vpc_id: str, network: Network) -> Subnet:
    subnet = network.find_subnet(_uuid(nics, "netId"))
    if subnet is None:
        raise css_refusal("CSS.5022", "The subnet does not exist.", 404)
    if subnet.vpc_id != vpc_id:
        raise css_refusal("CSS.5074", "The subnet is not in the VPC.")
    if subnet.status != "ACTIVE":
        raise incorrect(f"netId: the subnet is {subnet.status}")
    return subnet


def _check_group(nics: Block, network: Network) -> SecurityGroup:
    group = network.find_group(_uuid(nics, "securityGroupId"))
    if group is None:
        words = "The security group does not exist or is not yours."
        raise css_refusal("CSS.5023", words)
    return group


def _check_addresses(addresses: object, subnet: Subnet) -> None:
    if not isinstance(addresses, list):
        raise incorrect("ips")
    for address in addresses:
        if not isinstance(address, str) or not subnet.holds(address):
            raise css_refusal("CSS.5051", "The IP address is not valid.")


def _uuid(nics: Block, key: str) -> str:
    value = nics.get(key)
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise incorrect(key)
    return value.lower()
