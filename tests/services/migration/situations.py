"""
What can be true of a request, as the columns of release 0.1 say it.

`tests/data/migration/situations.json` is the table. It is data and no code, so that it
keeps the names that columns, events and states had then, whatever they are called now:

* `columns`: groups of columns that are filled together;
* `moves`: of each kind of event that moves a request, the state before and after;
* `event_data`: of each kind of event, the keys of its data (`Event.data`);
* `situations`: by name, the `state`, the groups that are `filled`, the columns that have
  one certain value (`set`), the `life` as kinds of events, the outcome of each of the
  `attempts` and the `verdicts` of the decisions ("void" is an approval made void).
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).resolve().parents[2] / "data" / "migration"
_TABLE: Final = json.loads((DATA / "situations.json").read_text())
MOVES: Final[dict[str, list[str]]] = _TABLE["moves"]
EVENT_DATA: Final[dict[str, list[str]]] = _TABLE["event_data"]
_GROUPS: Final[dict[str, list[str]]] = _TABLE["columns"]
_OPTIONAL: Final = "place"
"""Requests were approved before places were kept: a row without one is whole, too."""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """One line of the table."""

    name: str
    state: str
    filled: list[str]
    life: list[str]
    attempts: list[str] = field(default_factory=list)
    verdicts: list[str] = field(default_factory=list)
    set: dict[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """The columns that are filled with values of their own."""
        return [column for group in self.filled for column in _GROUPS[group]]

    def is_expressible(self, columns: Collection[str]) -> bool:
        """Whether a table with these columns can say it."""
        optional = _GROUPS[_OPTIONAL]
        needed = {*self.columns, *self.set} - {*optional}
        return needed <= {*columns}


SITUATIONS: Final = [
    Situation(name=name, **line) for name, line in _TABLE["situations"].items()
]
