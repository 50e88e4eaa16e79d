"""The choices for VPC, subnet and security group."""

from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import CloudSecurityGroup, CloudSubnet, CloudVpc
from clusters.domain.catalog import Catalog, is_subnet_active, is_vpc_ready
from clusters.options.option import Option

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def vpc_options(catalog: Catalog) -> tuple[Option, ...]:
    """Return all VPCs, sorted by name; one that is not ready is disabled."""
    return tuple(_vpc_option(each) for each in sorted(catalog.vpcs, key=_by_name))


def subnet_options(catalog: Catalog) -> tuple[Option, ...]:
    """Return all subnets, grouped by VPC; one that is not active is disabled."""
    vpc_names = {each.id: (each.name, each.id) for each in catalog.vpcs}
    ordered = sorted(
        catalog.subnets,
        key=lambda each: (
            vpc_names.get(each.vpc_id, ("", each.vpc_id)),
            _by_name(each),
        ),
    )
    return tuple(_subnet_option(catalog, each) for each in ordered)


def security_group_options(catalog: Catalog) -> tuple[Option, ...]:
    """Return all security groups by name; one that blocks port 9200 is disabled."""
    return tuple(
        Option(
            value=each.id,
            label=each.name or each.id,
            enabled=each.opens_9200,
            why_not="" if each.opens_9200 else _("add an inbound rule for TCP 9200"),
        )
        for each in sorted(catalog.security_groups, key=_by_name)
    )


def network_label(each: CloudVpc | CloudSubnet) -> str:
    """Return the name with its CIDR block: "vpc-prod (10.0.0.0/16)"."""
    name = each.name or each.id
    return f"{name} ({each.cidr})" if each.cidr else name


def _vpc_option(vpc: CloudVpc) -> Option:
    return Option(
        value=vpc.id,
        label=network_label(vpc),
        enabled=is_vpc_ready(vpc),
        why_not=_vpc_why_not(vpc),
    )


def _vpc_why_not(vpc: CloudVpc) -> "str | _StrPromise":
    if is_vpc_ready(vpc):
        return ""
    if not vpc.cidr:
        return _("has no address range")
    return format_lazy(_("not ready: {status}"), status=vpc.status)


def _subnet_option(catalog: Catalog, subnet: CloudSubnet) -> Option:
    active, home = is_subnet_active(subnet), catalog.vpc(subnet.vpc_id)
    return Option(
        value=subnet.id,
        label=_subnet_label(subnet),
        enabled=active,
        why_not=(
            ""
            if active
            else format_lazy(_("not active: {status}"), status=subnet.status)
        ),
        group=home.name or home.id if home else subnet.vpc_id,
        belongs_to=subnet.vpc_id,
    )


def _subnet_label(subnet: CloudSubnet) -> "str | _StrPromise":
    if subnet.free_addresses is None:
        return network_label(subnet)
    return format_lazy(
        _("{subnet}, {free} free addresses"),
        subnet=network_label(subnet),
        free=f"{subnet.free_addresses:,}",
    )


def _by_name(each: CloudVpc | CloudSubnet | CloudSecurityGroup) -> tuple[str, str]:
    return each.name, each.id
