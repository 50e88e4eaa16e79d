"""Nodes, zones and network of a create: where each version says them."""

from dataclasses import dataclass

from clusters.simulator.checks.body_parsing import Block, block_of, only
from clusters.simulator.checks.nics import IDS, Nics, check_nics
from clusters.simulator.checks.roles import check_roles
from clusters.simulator.checks.size import (
    check_flavor,
    check_node_count,
    check_volume,
    check_zones,
)
from clusters.simulator.cluster_order import Role
from clusters.simulator.refusals import css_refusal, incorrect
from clusters.simulator.site import Site
from clusters.simulator.stock import Release

_INSTANCE = frozenset({"flavorRef", "volume", "nics", "availability_zone"})


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Kinds of nodes, data nodes first; zones, () where they are left to the cloud."""

    roles: tuple[Role, ...]
    zones: tuple[str, ...]
    nics: Nics


def read_v1_layout(cluster: Block, release: Release, site: Site) -> Layout:
    """Read ``instance``: data nodes only, with network and zones in it."""
    nodes = check_node_count(cluster)
    instance = block_of(cluster, "instance")
    if instance is None:
        raise incorrect("instance")
    only(instance, _INSTANCE)
    flavor = check_flavor(instance, release)
    volume_type, volume_size = check_volume(instance, flavor)
    role = Role(
        type="ess",
        instance_num=nodes,
        flavor=flavor.name,
        volume_type=volume_type,
        volume_size=volume_size,
    )
    return Layout(
        roles=(role,),
        zones=check_zones(instance, nodes, site),
        nics=check_nics(instance, site.network),
    )


def read_v2_layout(cluster: Block, release: Release, site: Site) -> Layout:
    """Read ``roles``; network and zones are the cluster's own, and zones must be."""
    roles = check_roles(cluster, release)
    if "availability_zone" not in cluster:
        raise css_refusal("CSS.5052", "The availability_zone is missing.")
    return Layout(
        roles=roles,
        zones=check_zones(cluster, roles[0].instance_num, site),
        nics=check_nics(cluster, site.network, IDS | {"ips"}),
    )
