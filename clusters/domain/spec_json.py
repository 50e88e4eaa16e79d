"""Convert a spec to JSON and back without loss, for the column `ClusterRequest.spec`."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from clusters.cloud.types import (
    BackupPolicy,
    ClusterSpec,
    Datastore,
    NodeGroup,
    PublicAccess,
    SecurityMode,
    Tag,
    Volume,
    VpcEndpoint,
)


def to_json(spec: ClusterSpec) -> dict[str, Any]:
    """Return every field of the spec in JSON types; equal specs give equal JSON."""
    as_json: dict[str, Any] = _listed(asdict(spec))
    return as_json


def from_json(data: dict[str, Any]) -> ClusterSpec:
    """
    Return the spec that `to_json` wrote; fields that came later may be missing.

    :raises ValueError: if the data is no spec
    """
    try:
        return ClusterSpec(
            **{
                **data,
                **{
                    name: None if data[name] is None else read(data[name])
                    for name, read in _PARTS.items()
                    if name in data
                },
                "availability_zones": tuple(data["availability_zones"]),
                "tags": tuple(Tag(**tag) for tag in data["tags"]),
            }
        )
    except (AttributeError, KeyError, TypeError) as e:
        raise ValueError(f"This is no spec: {e}") from e


def _volume(data: dict[str, Any]) -> Volume:
    return Volume(**data)


def _nodes(data: dict[str, Any]) -> NodeGroup:
    volume = data["volume"]
    return NodeGroup(**{**data, "volume": None if volume is None else _volume(volume)})


def _access(data: dict[str, Any]) -> PublicAccess:
    return PublicAccess(**{**data, "whitelist": tuple(data["whitelist"])})


def _endpoint(data: dict[str, Any]) -> VpcEndpoint:
    return VpcEndpoint(**{**data, "permissions": tuple(data["permissions"])})


_PARTS: Final[dict[str, Callable[[dict[str, Any]], object]]] = {
    "volume": _volume,
    "datastore": lambda data: Datastore(**data),
    "backup": lambda data: BackupPolicy(**data),
    "security": lambda data: SecurityMode(**data),
    "masters": _nodes,
    "clients": _nodes,
    "cold": _nodes,
    "public": _access,
    "kibana": _access,
    "vpc_endpoint": _endpoint,
}
"""How each part that may be None is read."""


def _listed(value: Any) -> Any:
    """Return the value with lists in place of tuples, at any depth."""
    if isinstance(value, dict):
        return {name: _listed(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_listed(each) for each in value]
    return value
