"""Which rows a seed plays: any five seeds in a row reach all of them. Pure."""

import math
from collections.abc import Sequence
from random import Random
from typing import Final

ROWS_A_SEED: Final = 13
REACH: Final = 5
"""After so many consecutive seeds every row was played."""


def rows_of(seed: int, numbers: Sequence[int]) -> list[int]:
    """
    Return the rows of this seed, sorted.

    One window of a fixed shuffle, which moves on with each seed, and as many drawn ones
    as fill it up.
    """
    shuffled = sorted(numbers)
    Random("the same for every seed").shuffle(shuffled)  # noqa: S311 - no secret
    size = math.ceil(len(shuffled) / REACH)
    first = seed % REACH * size
    chosen = shuffled[first : first + size]
    others = [number for number in shuffled if number not in chosen]
    missing = min(max(ROWS_A_SEED - len(chosen), 0), len(others))
    return sorted([*chosen, *Random(seed).sample(others, missing)])  # noqa: S311 - no secret


def variant_of(seed: int, number: int, variants: Sequence[str]) -> str:
    """Return which way this seed plays this row."""
    return Random(f"{seed} {number}").choice(variants)  # noqa: S311 - no secret
