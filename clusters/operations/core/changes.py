"""What a change of a row changed: columns before and after, as an event keeps it. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any


def difference(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """Return {column: [old, new]} of what differs; one that was not there is None."""
    return {
        key: [before.get(key), after[key]]
        for key in sorted(after)
        if before.get(key) != after[key]
    }


def added_and_removed(
    before: Iterable[str], after: Iterable[str]
) -> dict[str, list[str]]:
    """Return what was added and removed, sorted; empty where nothing was."""
    old, new = set(before), set(after)
    parts = {"added": sorted(new - old), "removed": sorted(old - new)}
    return {key: words for key, words in parts.items() if words}
