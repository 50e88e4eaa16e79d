"""One row of the fault table: what is played, and what must come of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from clusters.models import ClusterRequest
from tests.drill.testbed import Stage

BACKENDS: Final = ("sqlite", "redis", "rabbitmq")
ROWS: Final[dict[int, dict[str, "Row"]]] = {}
"""The rows that are built, by their number in the fault table and the way to play them."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """
    What a row must lead to for one request.

    `path` is a pattern over the states since the approval. `within` is the table's time
    from the strike to the state that ends the doubt, None where it names none.
    `forgotten_attempts` went away with a database.
    """

    request: ClusterRequest
    path: str
    end: str
    posts: tuple[int, int] = (1, 1)
    clusters: tuple[int, int] = (1, 1)
    within: float | None = None
    calls_operator: bool | None = False
    may_double: bool = False
    forgotten_attempts: int = 0


Play = Callable[[Stage], Expected]


@dataclass(frozen=True, kw_only=True)
class Row:
    """
    One row, played one way; `tls` gives its cloud a certificate.

    `alone` rows measure times, so nothing else is played beside them. With `relay`, the
    broker is at the port of the setting, as soon as the row starts a relay there.
    """

    title: str
    play: Play
    backends: tuple[str, ...] = BACKENDS
    tls: bool = False
    alone: bool = False
    relay: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


def row(
    number: int, title: str, *, variants: tuple[str, ...] = ("",), **how: Any
) -> Callable[[Play], Play]:
    """Enter a function among the rows, for each of its variants; `how` is as in Row."""

    def enter(play: Play) -> Play:
        made = Row(title=title, play=play, **how)
        ROWS.setdefault(number, {}).update(dict.fromkeys(variants, made))
        return play

    return enter


def ways_of(number: int, backend: str) -> list[str]:
    """Return how this row can be played on this backend."""
    ways = ROWS.get(number, {})
    return [way for way, row in ways.items() if backend in row.backends]
