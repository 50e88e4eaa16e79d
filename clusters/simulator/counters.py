"""What a drill counts: for each tag, creates that came whole and clusters that live."""

from collections import defaultdict
from typing import Any

from clusters.simulator.state import SimulatorState


def tally(state: SimulatorState) -> dict[str, dict[str, int]]:
    """
    Return ``creates`` and ``clusters`` by tag, written ``key=value``.

    A cluster counts by the tags that it bears and by those that its create asked for,
    since a cloud may drop them.
    """
    creates: dict[str, int] = defaultdict(int)
    clusters: dict[str, set[str]] = defaultdict(set)
    for create in state.calls.creates:
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
    """Return the journal with what is counted by tag, as plain data."""
    return {**state.calls.as_json(), "tags": tally(state)}
