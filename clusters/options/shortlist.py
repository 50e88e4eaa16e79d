"""Cuts a long list to what a picker shows: the chosen one, what fits, then the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final, TypeVar

from django.utils.translation import ngettext

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
    chosen: _Item | None,
    fits: Callable[[_Item], bool],
    found: Callable[[str], Sequence[_Item]],
    candidates: Sequence[_Item] | None = None,
) -> list[_Item]:
    """
    Return the items that are shown, in their order where all of them are.

    Otherwise first the chosen one, then those that fit, then the others, each only if the
    search finds it. It stops reading where enough are shown.

    :param found: returns the items that a search finds, in their order
    :param candidates: those of the items that may fit, where they are known to be few
    """
    if len(items) <= limit.most:
        return list(items)
    if limit.search:
        items, candidates = found(limit.search), None
    fitting = filter(fits, items if candidates is None else candidates)
    rest = (each for each in items if not fits(each))
    first = [] if chosen is None else [chosen]
    others = (each for each in chain(fitting, rest) if each is not chosen)
    return list(islice(chain(first, others), limit.most))


def first_few(names: Sequence[str]) -> str:
    """Return the first names of a list with commas, and how many more there are."""
    shown = ", ".join(names[:_FEW])
    more = len(names) - _FEW
    if more <= 0:
        return shown
    return ngettext(
        "{these} and {count} more", "{these} and {count} more", more
    ).format(
        these=shown,
        count=more,
    )
