"""
Items of a response that could not be read.

They are left out, counted and shown to operators, so that one bad item does not make the
whole list unusable.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

LONGEST: Final = 300
"""Maximum length of a stored reason, in characters."""


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """
    An item of a list, or a part of one, that does not have the documented shape.

    Also stands for the rest of a list that was not read to its end (`more_than`).
    """

    what: str
    """Name of the list in the API, such as `clusters` or `security_groups`."""
    why: str
    """Which item it is and what is wrong with it; of any length, without secrets."""
    may_be_ours: bool = False
    """Of clusters: whether it could be one that a request of the portal made."""
    more_than: int | None = None
    """Number of rows that were read of a list that is longer; None of other items."""


Note = Callable[[LeftOut], None]
"""Callback for each item that was left out of a response."""


def unnoted(left_out: LeftOut) -> None:
    """Ignore what was left out: the default of callers that need no report."""


def summary_of(left_out: Iterable[LeftOut]) -> list[dict[str, Any]]:
    """
    Return a summary for each list, as JSON values to be stored.

    Keys: `what` (name of the list), `count` (items left out), `first` (why the first one
    was, at most 300 characters), `may_be_ours` (how many could be clusters of ours) and
    `more_than` (rows read of a list that is longer, else None).
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
