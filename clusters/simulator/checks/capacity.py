"""Checks against existing clusters: name, quotas, stock and free addresses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clusters.simulator.cluster_order import ClusterOrder, Role
from clusters.simulator.clusters import Cluster
from clusters.simulator.refusals import cluster_quota_exceeded, css_refusal
from clusters.simulator.site import Site
from clusters.simulator.stock import Flavor


def check_name_available(
    order: ClusterOrder, clusters: Iterable[Cluster], site: Site
) -> None:
    """:raises CssRefusal: CSS.5050 if a cluster of the project has the same name."""
    if order.name in {each.order.name for each in clusters}:
        status = 409 if site.is_otc else 400
        raise css_refusal("CSS.5050", "The cluster name already exists.", status)


def check_quotas(order: ClusterOrder, clusters: Sequence[Cluster], site: Site) -> None:
    """
    Check what the project may use in all; failed clusters count as well.

    :raises CssRefusal: CSS.1112 for clusters, CSS.0052 for vCPUs, CSS.0054 for memory,
        CSS.0055 for disks, CSS.0060 for disk space, CSS.0053 for nodes of one type,
        CSS.0061 for public addresses, CSS.0063 for VPC endpoint services
    """
    if len(clusters) >= site.cluster_quota:
        raise cluster_quota_exceeded()
    orders = [*(each.order for each in clusters), order]
    usages = [_ResourceUsage.of(each, site) for each in orders]
    for code, resource, used, quota in (
        ("CSS.0052", "CPU", sum(each.cpu for each in usages), site.cpu_quota),
        ("CSS.0054", "memory", sum(each.ram for each in usages), site.ram_quota_gb),
        ("CSS.0055", "disk", sum(each.disks for each in usages), site.disk_quota),
        ("CSS.0060", "disk space", sum(each.gb for each in usages), site.disk_quota_gb),
    ):
        if used > quota:
            raise css_refusal(code, f"The {resource} quota is insufficient.")
    _check_node_quotas(orders, site)
    _check_access_quotas(orders, site)


def choose_zones(order: ClusterOrder, site: Site) -> tuple[str, ...]:
    """
    Return the zones for the nodes; without a choice, the first that sells the flavor.

    :raises CssRefusal: CSS.0068 or CSS.0065 if a flavor or disk type is sold out there
    """
    wanted = order.zones or _flavor(order.roles[0], order, site).zones[:1]
    for role in order.roles:
        sold = _flavor(role, order, site).zones
        if not wanted or not set(wanted) <= set(sold):
            raise css_refusal("CSS.0068", "The flavor is sold out.")
        _check_disks(role, wanted, site)
    return wanted


def choose_addresses(
    order: ClusterOrder, taken: Iterable[str], site: Site
) -> tuple[str, ...]:
    """Return one free address for each node; CSS.0064 if there are too few."""
    subnet = site.network.find_subnet(order.subnet_id)
    free = subnet.free_addresses(set(taken)) if subnet else []
    if len(free) < order.node_count:
        message = "The subnet does not have enough free IP addresses."
        raise css_refusal("CSS.0064", message)
    return tuple(free[: order.node_count])


def _check_node_quotas(orders: Sequence[ClusterOrder], site: Site) -> None:
    roles = [role for order in orders for role in order.roles]
    for kind, quota in site.node_quotas:
        if sum(role.instance_num for role in roles if role.type == kind) > quota:
            raise css_refusal("CSS.0053", f"The {kind} node quota is insufficient.")


def _check_access_quotas(orders: Sequence[ClusterOrder], site: Site) -> None:
    ways = [order.access for order in orders]
    addresses = sum(bool(way.public) + bool(way.kibana) for way in ways)
    if addresses > site.address_quota:
        raise css_refusal("CSS.0061", "The EIP quota is insufficient.")
    if sum(way.has_endpoint_service for way in ways) > site.endpoint_quota:
        raise css_refusal("CSS.0063", "The VPC endpoint quota is insufficient.")


def _check_disks(role: Role, zones: Iterable[str], site: Site) -> None:
    for zone in zones:
        if role.volume_type not in ("", *site.stock.volume_types(zone)):
            raise css_refusal("CSS.0065", "The disk type is sold out.")


@dataclass(frozen=True, kw_only=True)
class _ResourceUsage:
    """The resources of all nodes of a cluster; ``ram`` and ``gb`` (disk) are in GB."""

    cpu: int
    ram: int
    disks: int
    gb: int

    @classmethod
    def of(cls, order: ClusterOrder, site: Site) -> "_ResourceUsage":
        sizes = [
            (_flavor(role, order, site), role, role.instance_num)
            for role in order.roles
        ]
        return cls(
            cpu=sum(flavor.cpu * nodes for flavor, _, nodes in sizes),
            ram=sum(flavor.ram * nodes for flavor, _, nodes in sizes),
            disks=sum(nodes for _, role, nodes in sizes if role.volume_type),
            gb=sum(role.volume_size * nodes for _, role, nodes in sizes),
        )


def _flavor(role: Role, order: ClusterOrder, site: Site) -> Flavor:
    for release in site.stock.releases:
        if release.version == order.version:
            flavor = release.find_flavor(role.flavor, role.type)
            if flavor:
                return flavor
    # A state file may hold a cluster whose flavor is not in the catalog any more.
    return Flavor(name=role.flavor, cpu=0, ram=0, disk_min=0, disk_max=0, zones=())
