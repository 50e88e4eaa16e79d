"""All fault cases, a module for each kind of fault."""

from tests.drill.fault_case import FAULT_CASES
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
    "FAULT_CASES",
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
