"""What a person reads about one error of the cloud, and how tables of it are written."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """
    A sentence for a person and what to do next.

    `field` is the name of the form field at fault, empty where it is none.
    """

    sentence: "str | _StrPromise"
    next_step: "str | _StrPromise"
    field: str = ""


def by_code(*rows: tuple[tuple[str, ...], Explanation]) -> dict[str, Explanation]:
    """Return a table, whose rows are some codes and their explanation, by code."""
    return {code: explanation for codes, explanation in rows for code in codes}
