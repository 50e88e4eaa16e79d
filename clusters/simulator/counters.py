"""Counters by tag: how many creates arrived, and how many clusters exist."""

from collections import defaultdict
from typing import Any

from clusters.simulator.state import SimulatorState


def counters(state: SimulatorState) -> dict[str, dict[str, int]]:
    """
    Return ``{"key=value": {"creates": int, "clusters": int}}``, sorted by tag.

    ``creates`` counts the create requests whose body arrived completely; ``clusters``
    counts the clusters that exist now. A cluster counts for its own tags and for those
    of its create request, since a cloud may lose tags.
    """
    creates: dict[str, int] = defaultdict(int)
    clusters: dict[str, set[str]] = defaultdict(set)
    for create in state.journal.creates:
        for tag in create.tags:
            creates["=".join(tag)] += 1
            if create.cluster_id in state.clusters:
                clusters["=".join(tag)].add(create.cluster_id)
    for cluster in state.clusters.values():
        for tag in cluster.order.tags:
            clusters["=".join(tag)].add(cluster.id)
    return {
        tag: {"creates": creates[tag], "clusters": len(clusters[tag])}
        for tag in sorted({*creates, *clusters})
    }


def journal(state: SimulatorState) -> dict[str, Any]:
    """Return the journal and, under ``tags``, the counters, as data for JSON."""
    return {**state.journal.as_json(), "tags": counters(state)}
