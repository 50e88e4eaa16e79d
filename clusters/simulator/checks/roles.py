"""Parameter ``roles`` of a v2.0 create: the node types."""

from clusters.simulator.checks.body_parsing import JsonObject, reject_unknown_keys
from clusters.simulator.checks.size import (
    check_flavor,
    check_node_count,
    check_volume,
)
from clusters.simulator.cluster_order import Role
from clusters.simulator.refusals import css_refusal, invalid_parameter
from clusters.simulator.stock import Release

_DATA, _MASTER, _COLD = "ess", "ess-master", "ess-cold"
_LIMITS = {_DATA: (1, 32), _MASTER: (3, 9), "ess-client": (1, 32), _COLD: (1, 32)}
_MAX_DATA_NODES_WITH_MASTERS = 200
_FIXED_DISK_GB = 40
_KNOWN = frozenset({"type", "flavorRef", "volume", "instanceNum"})


def check_roles(cluster: JsonObject, release: Release) -> tuple[Role, ...]:
    """
    Return the node types, data nodes (ess) first.

    :raises CssRefusal: the first violation; ess is mandatory, no type occurs twice
    """
    roles = cluster.get("roles", [])
    if not isinstance(roles, list):
        raise invalid_parameter("roles")
    types = [_type_of(role) for role in roles]
    if _DATA not in types:
        raise css_refusal("CSS.5167", "The cluster must have the ess role.")
    if len(set(types)) < len(types):
        raise css_refusal("CSS.5039", "A role is given twice.")
    checked = [_check_role(role, types, release) for role in roles]
    return tuple(sorted(checked, key=lambda each: each.type != _DATA))


def _type_of(role: object) -> str:
    if not isinstance(role, dict):
        raise invalid_parameter("roles")
    reject_unknown_keys(role, _KNOWN)
    if role.get("type") not in tuple(_LIMITS):
        raise css_refusal("CSS.0076", "The node role type is not supported.")
    return str(role["type"])


def _check_role(role: JsonObject, types: list[str], release: Release) -> Role:
    kind = str(role["type"])
    count = _check_count(role, kind, has_masters=_MASTER in types)
    flavor = check_flavor(role, release, kind)
    volume_type, volume_size = check_volume(role, flavor)
    if kind not in (_DATA, _COLD) and volume_size != _FIXED_DISK_GB:
        message = f"The disk size of {kind} must be {_FIXED_DISK_GB} GB."
        raise css_refusal("CSS.5078", message)
    return Role(
        type=kind,
        instance_num=count,
        flavor=flavor.name,
        volume_type=volume_type,
        volume_size=volume_size,
    )


def _check_count(role: JsonObject, kind: str, *, has_masters: bool) -> int:
    minimum, maximum = _LIMITS[kind]
    if kind == _DATA and has_masters:
        maximum = _MAX_DATA_NODES_WITH_MASTERS
    count = check_node_count(role, minimum=minimum, maximum=maximum)
    if kind == _MASTER and count % 2 == 0:
        raise css_refusal("CSS.5134", "The number of master nodes must be odd.")
    return count
