"""Rules about the network: VPC, subnet, security group."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import CloudSubnet, ClusterSpec
from clusters.domain.catalog import Catalog, is_subnet_active, is_vpc_ready
from clusters.rules.problem import Problem, problem


def vpc(spec: ClusterSpec, catalog: Catalog) -> Iterator[Problem]:
    """Check that the VPC exists, is ready and has addresses."""
    found = catalog.vpc(spec.vpc_id)
    if not found:
        yield problem(
            "vpc_id",
            _("“{value}” is no VPC of this cloud project. Choose one from the list."),
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
    """Check that the subnet exists, lies in the VPC, works and has room."""
    found = catalog.subnet(spec.subnet_id)
    if not found:
        yield problem(
            "subnet_id",
            _("“{value}” is no subnet of this cloud project. Choose from the list."),
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
    elif found.free_addresses is not None and found.free_addresses < spec.instance_num:
        yield problem(
            "subnet_id",
            _(
                "Subnet “{name}” has {free} free addresses, {nodes} nodes need {nodes}."
                " Choose another, or fewer nodes."
            ),
            name=found.name,
            free=found.free_addresses,
            nodes=spec.instance_num,
        )


def security_group(spec: ClusterSpec, catalog: Catalog) -> Iterator[Problem]:
    """
    Check that the group exists and lets port 9200 in.

    Without it the cloud takes the call, and the cluster fails minutes later.
    """
    found = catalog.security_group(spec.security_group_id)
    if not found:
        yield problem(
            "security_group_id",
            _("“{value}” is no group of this cloud project. Choose from the list."),
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
