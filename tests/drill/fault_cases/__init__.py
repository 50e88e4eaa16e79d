"""Every row that is built, by the kind of its fault."""

from tests.drill.fault_case import ROWS
from tests.drill.fault_cases import (
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
