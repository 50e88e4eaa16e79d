"""Compare a row before and after a change, in the shape that an event stores. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any


def difference(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """Return `{column: [old, new]}` of what differs; old is None where it was absent."""
    return {
        key: [before.get(key), after[key]]
        for key in sorted(after)
        if before.get(key) != after[key]
    }


def added_and_removed(
    before: Iterable[str], after: Iterable[str]
) -> dict[str, list[str]]:
    """Return `{"added": [...], "removed": [...]}`, sorted; an empty list is left out."""
    old, new = set(before), set(after)
    parts = {"added": sorted(new - old), "removed": sorted(old - new)}
    return {key: names for key, names in parts.items() if names}
