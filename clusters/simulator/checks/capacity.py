"""Whether there is room for one more cluster: name, quotas, stock and addresses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clusters.simulator.cluster_order import Order, Role
from clusters.simulator.clusters import Cluster
from clusters.simulator.refusals import css_refusal, quota_used_up
from clusters.simulator.site import Site
from clusters.simulator.stock import Flavor


def check_name_free(order: Order, clusters: Iterable[Cluster], site: Site) -> None:
    """Refuse a name that a living cluster of the project has."""
    if order.name in {each.order.name for each in clusters}:
        status = 409 if site.speaks_otc else 400
        raise css_refusal("CSS.5050", "The cluster name already exists.", status)


def check_quotas(order: Order, clusters: Sequence[Cluster], site: Site) -> None:
    """Refuse what the project's quotas do not allow; broken clusters count too."""
    if len(clusters) >= site.cluster_quota:
        raise quota_used_up()
    orders = [*(each.order for each in clusters), order]
    needs = [_Need.of(each, site) for each in orders]
    for code, words, used, quota in (
        ("CSS.0052", "CPU", sum(each.cpu for each in needs), site.cpu_quota),
        ("CSS.0054", "memory", sum(each.ram for each in needs), site.ram_quota_gb),
        ("CSS.0055", "disk", sum(each.disks for each in needs), site.disk_quota),
        ("CSS.0060", "disk space", sum(each.gb for each in needs), site.disk_quota_gb),
    ):
        if used > quota:
            raise css_refusal(code, f"The {words} quota is insufficient.")


def choose_zones(order: Order, site: Site) -> tuple[str, ...]:
    """Return the zones to build in; the cloud's own choice is the first that sells."""
    wanted = order.zones or _flavor(order.roles[0], order, site).zones[:1]
    for role in order.roles:
        sold = _flavor(role, order, site).zones
        if not wanted or not set(wanted) <= set(sold):
            raise css_refusal("CSS.0068", "The flavor is sold out.")
        _check_disks(role, wanted, site)
    return wanted


def choose_addresses(order: Order, taken: Iterable[str], site: Site) -> tuple[str, ...]:
    """Return one free address for each node."""
    subnet = site.network.find_subnet(order.subnet_id)
    free = subnet.free_addresses(set(taken)) if subnet else []
    if len(free) < order.node_count:
        words = "The subnet does not have enough free IP addresses."
        raise css_refusal("CSS.0064", words)
    return tuple(free[: order.node_count])


def _check_disks(role: Role, zones: Iterable[str], site: Site) -> None:
    for zone in zones:
        if role.volume_type not in ("", *site.stock.volume_types(zone)):
            raise css_refusal("CSS.0065", "The disk type is sold out.")


@dataclass(frozen=True, kw_only=True)
class _Need:
    """What all nodes of one cluster take; memory and disk in GB."""

    cpu: int
    ram: int
    disks: int
    gb: int

    @classmethod
    def of(cls, order: Order, site: Site) -> "_Need":
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


def _flavor(role: Role, order: Order, site: Site) -> Flavor:
    for release in site.stock.releases:
        if release.version == order.version:
            flavor = release.find_flavor(role.flavor, role.type)
            if flavor:
                return flavor
    # A state from before the stock changed may name what is no longer sold.
    return Flavor(name=role.flavor, cpu=0, ram=0, disk_min=0, disk_max=0, zones=())
