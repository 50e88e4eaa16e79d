"""What the detail call said of a cluster when it became ready, for `Cluster.cloud_detail`."""

from dataclasses import asdict
from typing import Any, Final

from clusters.cloud.types import CloudCluster, Reach

_LONGEST: Final = 500
"""Characters of a text that are kept; addresses and ids are far shorter."""


def to_json(cluster: CloudCluster) -> dict[str, Any]:
    """Return its nodes by role, and how it is reached, in JSON types."""
    reach = asdict(cluster.reach)
    return {
        "nodes": cluster.nodes_by_role,
        "reach": {
            name: value[:_LONGEST] if isinstance(value, str) else value
            for name, value in reach.items()
        },
    }


def nodes_in(data: dict[str, Any]) -> dict[str, int]:
    """Return the number of nodes by role; empty where nothing is known."""
    nodes: dict[str, int] = data.get("nodes", {})
    return nodes


def reach_in(data: dict[str, Any]) -> Reach:
    """Return how the cluster is reached; fields that came later may be missing."""
    return Reach(**data.get("reach", {}))
