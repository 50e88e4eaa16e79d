"""Cuts a long list to what a picker shows: the chosen one, what fits, then the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, TypeVar

from django.utils.text import format_lazy
from django.utils.translation import ngettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_Item = TypeVar("_Item")

_ENDLESS: Final = 10**9
_FEW: Final = 4
"""So many names of a list stand in a reason."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """
    What a picker shows of a list that is longer than `most`.

    `value` is what the field holds: it is always shown. `search` are words that were typed
    to find something; they count in long lists only, which have a search box.
    """

    value: str = ""
    search: str = ""
    most: int = _ENDLESS


EVERYTHING: Final = Limit()


def shortlist(
    items: Sequence[_Item],
    limit: Limit,
    *,
    name: Callable[[_Item], str],
    fits: Callable[[_Item], bool],
    matches: Callable[[_Item, str], bool],
    candidates: Sequence[_Item] | None = None,
) -> list[_Item]:
    """
    Return the items that are shown, in their order where all of them are.

    Otherwise first the chosen one, then those that fit, then the others, each only if it
    matches the search. It stops reading where enough are found.

    :param candidates: those of the items that may fit, where they are known to be few
    """
    if len(items) <= limit.most:
        return list(items)

    def is_found(each: _Item) -> bool:
        return name(each) != limit.value and (
            not limit.search or matches(each, limit.search)
        )

    chosen = (each for each in items if name(each) == limit.value)
    fitting = (
        each
        for each in (items if candidates is None else candidates)
        if is_found(each) and fits(each)
    )
    rest = (each for each in items if is_found(each) and not fits(each))
    return list(islice(chain(chosen, fitting, rest), limit.most))


def first_few(names: Sequence[str]) -> "str | _StrPromise":
    """Return the first names of a list with commas, and how many more there are."""
    shown = ", ".join(names[:_FEW])
    more = len(names) - _FEW
    if more <= 0:
        return shown
    return format_lazy(
        ngettext_lazy("{these} and {count} more", "{these} and {count} more", more),
        these=shown,
        count=more,
    )


def has_words(text: str, search: str) -> bool:
    """Whether a text has every word of a search, whatever the case."""
    found = text.casefold()
    return all(word in found for word in search.casefold().split())


def has_phrase(text: str, search: str) -> bool:
    """
    Whether a text has a search as it stands, but for blanks, commas and case.

    Numbers are matched from their beginning: "4 vCPU" is not found in "64 vCPU".
    """
    wanted, found = _dense(search), _dense(text)
    at = found.find(wanted)
    while at >= 0:
        is_cut = wanted[:1].isdigit() and at > 0 and found[at - 1].isdigit()
        if not is_cut:
            return True
        at = found.find(wanted, at + 1)
    return False


def _dense(text: str) -> str:
    return "".join(text.casefold().replace(",", "").split())
