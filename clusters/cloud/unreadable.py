"""What of an answer could not be read, and was left out so that the rest can be used."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

LONGEST: Final = 300
"""So many characters of a sentence about one thing are kept."""


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """
    One item of a list, or a part of one, that is not what the documents promise.

    `what` is the list in the cloud's word; `why` says which item it is and what was
    wrong with it, in the cloud's own words, however long. `may_be_ours` is of clusters: whether it
    could be one that the portal asked for. `more_than` is of lists that were not read
    to their end, and says how many rows were.
    """

    what: str
    why: str
    may_be_ours: bool = False
    more_than: int | None = None


Note = Callable[[LeftOut], None]
"""Is told of everything that was left out of an answer."""


def unnoted(left_out: LeftOut) -> None:
    """Take no note, for callers that only want to know whether there is anything."""


def summary_of(left_out: Iterable[LeftOut]) -> list[dict[str, Any]]:
    """
    Return one row of JSON for each list: what, count, first, may_be_ours, more_than.

    `first` is why the first one was left out, `may_be_ours` how many could be ours.
    """
    rows: dict[str, dict[str, Any]] = {}
    for each in left_out:
        row = rows.setdefault(
            each.what,
            {
                "what": each.what,
                "count": 0,
                "first": "",
                "may_be_ours": 0,
                "more_than": None,
            },
        )
        if each.more_than is not None:
            row["more_than"] = each.more_than
            continue
        row["count"] += 1
        row["first"] = row["first"] or each.why[:LONGEST]
        row["may_be_ours"] += each.may_be_ours
    return list(rows.values())
