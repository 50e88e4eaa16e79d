"""Convert a spec to JSON and back without loss, for the column `ClusterRequest.spec`."""

from dataclasses import asdict
from typing import Any, TypeVar

from clusters.cloud.types import BackupPolicy, ClusterSpec, Datastore, Tag, Volume

_Part = TypeVar("_Part")


def to_json(spec: ClusterSpec) -> dict[str, Any]:
    """Return every field of the spec in JSON types; equal specs give equal JSON."""
    return {
        **asdict(spec),
        "availability_zones": list(spec.availability_zones),
        "tags": [asdict(tag) for tag in spec.tags],
    }


def from_json(data: dict[str, Any]) -> ClusterSpec:
    """
    Return the spec that `to_json` wrote.

    :raises ValueError: if the data is no spec
    """
    try:
        return ClusterSpec(
            **{
                **data,
                "volume": _maybe(Volume, data["volume"]),
                "datastore": _maybe(Datastore, data["datastore"]),
                "backup": _maybe(BackupPolicy, data["backup"]),
                "availability_zones": tuple(data["availability_zones"]),
                "tags": tuple(Tag(**tag) for tag in data["tags"]),
            }
        )
    except (KeyError, TypeError) as e:
        raise ValueError(f"This is no spec: {e}") from e


def _maybe(kind: type[_Part], data: dict[str, Any] | None) -> _Part | None:
    return None if data is None else kind(**data)
