"""The choices for VPC, subnet and security group."""

from functools import partial
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clusters.cloud.types import CloudSubnet, CloudVpc
from clusters.domain.catalog import Catalog, is_subnet_active, is_vpc_ready
from clusters.options.chosen import NOTHING, Chosen
from clusters.options.option import Option
from clusters.options.shortlist import EVERYTHING, Limit, shortlist

_OPEN: Final = gettext_lazy("These let TCP 9200 in")
_SHUT: Final = gettext_lazy("These do not let TCP 9200 in")


def vpc_options(catalog: Catalog, limit: Limit = EVERYTHING) -> tuple[Option, ...]:
    """Return the VPCs by name; one that is not ready or has no subnet is disabled."""
    shown = shortlist(
        catalog.sorted_vpcs,
        limit,
        chosen=catalog.vpc(limit.value),
        fits=partial(is_usable_vpc, catalog),
        found=catalog.find_vpcs,
    )
    return tuple(_vpc_option(catalog, each) for each in shown)


def subnet_options(
    catalog: Catalog, chosen: Chosen = NOTHING, limit: Limit = EVERYTHING
) -> tuple[Option, ...]:
    """
    Return the subnets, grouped by VPC.

    One is disabled if it is not active, belongs to another VPC than the chosen one, or
    has fewer free addresses than there are nodes.
    """
    shown = shortlist(
        catalog.sorted_subnets,
        limit,
        chosen=catalog.subnet(limit.value),
        fits=partial(is_usable_subnet, catalog, chosen),
        found=catalog.find_subnets,
        candidates=(
            catalog.subnets_of(chosen.vpc_id) if catalog.vpc(chosen.vpc_id) else None
        ),
    )
    return tuple(_subnet_option(catalog, chosen, each) for each in shown)


def security_group_options(
    catalog: Catalog, limit: Limit = EVERYTHING
) -> tuple[Option, ...]:
    """Return the security groups by name; one that blocks port 9200 is disabled."""
    shown = shortlist(
        catalog.sorted_security_groups,
        limit,
        chosen=catalog.security_group(limit.value),
        fits=lambda each: each.opens_9200,
        found=catalog.find_security_groups,
    )
    return tuple(
        Option(
            value=each.id,
            label=each.name or each.id,
            enabled=each.opens_9200,
            why_not=""
            if each.opens_9200
            else _("add an inbound rule for TCP 9200, or choose another group"),
            group=_OPEN if each.opens_9200 else _SHUT,
        )
        for each in shown
    )


def network_label(each: CloudVpc | CloudSubnet) -> str:
    """Return the name with its CIDR block: "vpc-prod (10.0.0.0/16)"."""
    name = each.name or each.id
    return f"{name} ({each.cidr})" if each.cidr else name


def is_usable_vpc(catalog: Catalog, vpc: CloudVpc) -> bool:
    """Whether a cluster can be in the VPC: it is ready and has a subnet."""
    return is_vpc_ready(vpc) and bool(catalog.subnets_of(vpc.id))


def is_usable_subnet(catalog: Catalog, chosen: Chosen, subnet: CloudSubnet) -> bool:
    """Whether so many nodes can be in the subnet, and it is in the chosen VPC, if any."""
    return (
        is_subnet_active(subnet)
        and not _is_elsewhere(catalog, chosen, subnet)
        and not _is_too_small(chosen, subnet)
    )


def _vpc_option(catalog: Catalog, vpc: CloudVpc) -> Option:
    return Option(
        value=vpc.id,
        label=network_label(vpc),
        enabled=is_usable_vpc(catalog, vpc),
        why_not=_vpc_why_not(catalog, vpc),
    )


def _vpc_why_not(catalog: Catalog, vpc: CloudVpc) -> str:
    if not vpc.cidr:
        return _("has no address range; choose one that has a CIDR")
    if not is_vpc_ready(vpc):
        return _("not ready: {status}; choose another, or wait").format(
            status=vpc.status
        )
    if not catalog.subnets_of(vpc.id):
        return _("has no subnet; add one to it, or choose another")
    return ""


def _subnet_option(catalog: Catalog, chosen: Chosen, subnet: CloudSubnet) -> Option:
    home = catalog.vpc(subnet.vpc_id)
    fits = is_usable_subnet(catalog, chosen, subnet)
    return Option(
        value=subnet.id,
        label=_subnet_label(subnet),
        enabled=fits,
        why_not="" if fits else _subnet_why_not(catalog, chosen, subnet),
        group=home.name or home.id if home else subnet.vpc_id,
        belongs_to=subnet.vpc_id,
    )


def _is_elsewhere(catalog: Catalog, chosen: Chosen, subnet: CloudSubnet) -> bool:
    """Whether it is in another VPC than the chosen one, or in one that cannot be chosen."""
    if catalog.vpc(chosen.vpc_id):
        return subnet.vpc_id != chosen.vpc_id
    home = catalog.vpc(subnet.vpc_id)
    return home is not None and not is_vpc_ready(home)


def _is_too_small(chosen: Chosen, subnet: CloudSubnet) -> bool:
    free = subnet.free_addresses
    return free is not None and chosen.nodes is not None and free < chosen.nodes


def _subnet_why_not(catalog: Catalog, chosen: Chosen, subnet: CloudSubnet) -> str:
    if not is_subnet_active(subnet):
        return _("not active: {status}; choose another").format(status=subnet.status)
    if _is_elsewhere(catalog, chosen, subnet):
        home = catalog.vpc(subnet.vpc_id)
        name = (home.name if home else "") or subnet.vpc_id
        if home and not is_vpc_ready(home):
            return _("its VPC {name} cannot be used now; choose another").format(
                name=name
            )
        return _("in VPC {name}; choose that VPC, or another subnet").format(name=name)
    free = subnet.free_addresses or 0
    return ngettext(
        "{free} address left, you ask for {nodes}: choose a larger subnet or fewer nodes",
        "{free} addresses left, you ask for {nodes}: choose a larger subnet or fewer nodes",
        free,
    ).format(
        free=free,
        nodes=chosen.nodes,
    )


def _subnet_label(subnet: CloudSubnet) -> str:
    if subnet.free_addresses is None:
        return network_label(subnet)
    return _("{subnet}, {free} free addresses").format(
        subnet=network_label(subnet),
        free=f"{subnet.free_addresses:,}",
    )
