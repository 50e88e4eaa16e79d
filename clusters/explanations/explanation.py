"""What a person reads about one trouble, and tables of it."""

from collections.abc import Iterable
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


def each(codes: Iterable[str], words: Explanation) -> dict[str, Explanation]:
    """Return these codes with the same words."""
    return dict.fromkeys(codes, words)


def about(
    sentence: "_StrPromise", next_step: "_StrPromise", field: str, *codes: str
) -> dict[str, Explanation]:
    """Return these codes with words that blame this field, or none."""
    return each(codes, Explanation(sentence=sentence, next_step=next_step, field=field))
