"""Nodes, zones and network of a create, which each version has at other places."""

from dataclasses import dataclass

from clusters.simulator.checks.body_parsing import (
    JsonObject,
    object_value,
    reject_unknown_keys,
)
from clusters.simulator.checks.nics import IDS, Nics, check_nics
from clusters.simulator.checks.roles import check_roles
from clusters.simulator.checks.size import (
    check_flavor,
    check_node_count,
    check_volume,
    check_zones,
)
from clusters.simulator.cluster_order import Role
from clusters.simulator.refusals import css_refusal, invalid_parameter
from clusters.simulator.site import Site
from clusters.simulator.stock import Release

_INSTANCE_KEYS = frozenset({"flavorRef", "volume", "nics", "availability_zone"})


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Node types, data nodes first; zones, () if the cloud is to choose; the network."""

    roles: tuple[Role, ...]
    zones: tuple[str, ...]
    nics: Nics


def read_v1_layout(cluster: JsonObject, release: Release, site: Site) -> Layout:
    """
    Parse the v1.0 layout: ``instance`` holds data nodes, network and zones.

    :raises CssRefusal: the first violation
    """
    nodes = check_node_count(cluster)
    instance = object_value(cluster, "instance")
    if instance is None:
        raise invalid_parameter("instance")
    reject_unknown_keys(instance, _INSTANCE_KEYS)
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


def read_v2_layout(cluster: JsonObject, release: Release, site: Site) -> Layout:
    """
    Parse the v2.0 layout: ``roles``, with network and zones at cluster level.

    :raises CssRefusal: the first violation; ``availability_zone`` is mandatory
    """
    roles = check_roles(cluster, release)
    if "availability_zone" not in cluster:
        raise css_refusal("CSS.5052", "The availability_zone is missing.")
    return Layout(
        roles=roles,
        zones=check_zones(cluster, roles[0].instance_num, site),
        nics=check_nics(cluster, site.network, IDS | {"ips"}),
    )
