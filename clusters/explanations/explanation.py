"""The explanation of an error, and the form in which the tables are written."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What a person reads about an error; both texts are translated lazily."""

    sentence: "str | _StrPromise"
    """What happened."""
    next_step: "str | _StrPromise"
    """What the reader can do."""
    field: str = ""
    """Name of the form field that caused it; empty if none did."""


def by_code(*rows: tuple[tuple[str, ...], Explanation]) -> dict[str, Explanation]:
    """Return a table of rows (codes, explanation) as a dictionary by code."""
    return {code: explanation for codes, explanation in rows for code in codes}
