"""Every row that is built, by the kind of its fault."""

from clusters.management.drill.row import ROWS
from clusters.management.drill.rows import (
    answers,
    kills,
    looks,
    many,
    pauses,
    persons,
    restores,
    unreachable,
)

__all__ = [
    "ROWS",
    "answers",
    "kills",
    "looks",
    "many",
    "pauses",
    "persons",
    "restores",
    "unreachable",
]
