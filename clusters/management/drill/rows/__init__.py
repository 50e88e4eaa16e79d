"""Every row that is built, by the kind of its fault."""

from clusters.management.drill.row import ROWS
from clusters.management.drill.rows import (
    answers,
    cache,
    decisions,
    disks,
    kills,
    late,
    looks,
    many,
    messages,
    moved,
    pauses,
    persons,
    restores,
    unreachable,
)

__all__ = [
    "ROWS",
    "answers",
    "cache",
    "decisions",
    "disks",
    "kills",
    "late",
    "looks",
    "many",
    "messages",
    "moved",
    "pauses",
    "persons",
    "restores",
    "unreachable",
]
