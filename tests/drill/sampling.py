"""Which fault cases a seed runs: any five consecutive seeds reach all of them. Pure."""

import math
from collections.abc import Iterable, Sequence
from random import Random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.drill.runner import CaseRun

CASES_PER_SEED: Final = 13
SEEDS_FOR_ALL: Final = 5
"""So many consecutive seeds run every case."""


def cases_of(seed: int, numbers: Sequence[int]) -> list[int]:
    """
    Return the case numbers of this seed, sorted.

    They are one window of a fixed permutation, which moves on with each seed, filled up
    to CASES_PER_SEED with a random sample of the others.
    """
    shuffled = sorted(numbers)
    Random("the same for every seed").shuffle(shuffled)  # noqa: S311 - no secret
    size = math.ceil(len(shuffled) / SEEDS_FOR_ALL)
    first = seed % SEEDS_FOR_ALL * size
    chosen = shuffled[first : first + size]
    others = [number for number in shuffled if number not in chosen]
    missing = min(max(CASES_PER_SEED - len(chosen), 0), len(others))
    return sorted([*chosen, *Random(seed).sample(others, missing)])  # noqa: S311 - no secret


def variant_of(seed: int, number: int, variants: Sequence[str]) -> str:
    """Return the variant in which this seed runs this case."""
    return Random(f"{seed} {number}").choice(variants)  # noqa: S311 - no secret


def first_of_each(runs: "Iterable[CaseRun]") -> "list[CaseRun]":
    """Return the runs without those of a case that was there before, in any variant."""
    first: dict[int, CaseRun] = {}
    for run in runs:
        first.setdefault(run.case, run)
    return list(first.values())
