"""
Rules about parameter ``nics`` of the create call: VPC, subnet, security group.

Source: CSS API Reference, Creating a Cluster (v1.0 and v2.0; addresses in
`clusters.rules`), parameters ``vpcId``, ``netId`` and ``securityGroupId``. ``netId`` is
the ``id`` of the subnet list of VPC v1, not its ``neutron_subnet_id``.
"""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import CloudSubnet, ClusterSpec
from clusters.domain.catalog import Catalog, is_subnet_active, is_vpc_ready
from clusters.rules.problem import Problem, problem


def vpc(spec: ClusterSpec, catalog: Catalog) -> Iterator[Problem]:
    """
    Check that the VPC exists, is ready, has a CIDR block and at least one subnet.

    CSS answers CSS.5021 to an unknown VPC and CSS.5157 to one without CIDR or subnet
    (CSS API Reference, Error Codes).
    """
    found = catalog.vpc(spec.vpc_id)
    if not found:
        yield problem(
            "vpc_id",
            _(
                "“{value}” is not a VPC of this cloud project. Choose one from the list."
            ),
            value=spec.vpc_id,
        )
    elif not found.cidr:
        yield problem(
            "vpc_id",
            _("VPC “{name}” has no address range. Choose one that has a CIDR."),
            name=found.name,
        )
    elif not is_vpc_ready(found):
        yield problem(
            "vpc_id",
            _("VPC “{name}” is not ready: {status}. Choose another, or wait."),
            name=found.name,
            status=found.status,
        )
    elif all(each.vpc_id != found.id for each in catalog.subnets):
        yield problem(
            "vpc_id",
            _("VPC “{name}” has no subnet. Choose one that has, or add one to it."),
            name=found.name,
        )


def subnet(spec: ClusterSpec, catalog: Catalog) -> Iterator[Problem]:
    """
    Check that the subnet exists, belongs to the VPC, is active and has free addresses.

    Each node of any kind takes one address. A subnet whose number of free addresses is unknown
    passes. CSS answers CSS.5022, CSS.5074 and CSS.0064 (CSS API Reference, Error Codes).
    """
    found = catalog.subnet(spec.subnet_id)
    if not found:
        yield problem(
            "subnet_id",
            _("“{value}” is not a subnet of this cloud project. Choose from the list."),
            value=spec.subnet_id,
        )
    elif catalog.vpc(spec.vpc_id) and found.vpc_id != spec.vpc_id:
        yield _in_another_vpc(found, spec, catalog)
    elif not is_subnet_active(found):
        yield problem(
            "subnet_id",
            _("Subnet “{name}” is not active: {status}. Choose another."),
            name=found.name,
            status=found.status,
        )
    elif found.free_addresses is not None and found.free_addresses < spec.node_count:
        yield problem(
            "subnet_id",
            _(
                "Subnet “{name}” has {free} free addresses, {nodes} nodes need {nodes}."
                " Choose another, or fewer nodes."
            ),
            name=found.name,
            free=found.free_addresses,
            nodes=spec.node_count,
        )


def security_group(spec: ClusterSpec, catalog: Catalog) -> Iterator[Problem]:
    """
    Check that the security group exists and allows inbound TCP on port 9200.

    CSS accepts the creation with a group that blocks the port, and the cluster fails
    minutes later with status 303 (CSS FAQ on failed cluster creation).
    """
    found = catalog.security_group(spec.security_group_id)
    if not found:
        yield problem(
            "security_group_id",
            _(
                "“{value}” is not a security group of this cloud project. Choose from the list."
            ),
            value=spec.security_group_id,
        )
    elif not found.opens_9200:
        yield problem(
            "security_group_id",
            _(
                "“{name}” does not let TCP port 9200 in, so the cluster would fail."
                " Add an inbound rule for TCP 9200 to it, or choose another group."
            ),
            name=found.name,
        )


def _in_another_vpc(found: CloudSubnet, spec: ClusterSpec, catalog: Catalog) -> Problem:
    home, chosen = catalog.vpc(found.vpc_id), catalog.vpc(spec.vpc_id)
    return problem(
        "subnet_id",
        _("Subnet “{name}” belongs to VPC “{home}”, not to “{chosen}”."),
        name=found.name,
        home=home.name if home else found.vpc_id,
        chosen=chosen.name if chosen else spec.vpc_id,
    )
