"""One row of the fault table: what is played, and what must come of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from clusters.management.drill.stage import Stage
from clusters.models import ClusterRequest

BACKENDS: Final = ("sqlite", "redis", "rabbitmq")
ROWS: Final[dict[int, "Row"]] = {}
"""The rows that are built, by their number in the fault table."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """
    What a row must lead to for one request.

    `path` is a pattern over the states since the approval. `within` is the table's time
    from the strike to the state that ends the doubt, None where it names none.
    """

    request: ClusterRequest
    path: str
    end: str
    posts: tuple[int, int] = (1, 1)
    clusters: tuple[int, int] = (1, 1)
    within: float | None = None
    calls_operator: bool | None = False
    may_double: bool = False


Play = Callable[[Stage], Expected]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row with its variants; `tls` gives its cloud a certificate."""

    number: int
    title: str
    play: Play
    variants: tuple[str, ...] = ("",)
    backends: tuple[str, ...] = BACKENDS
    tls: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


def row(
    number: int,
    title: str,
    *,
    variants: tuple[str, ...] = ("",),
    backends: tuple[str, ...] = BACKENDS,
    tls: bool = False,
    environment: Mapping[str, str] | None = None,
) -> Callable[[Play], Play]:
    """Enter a function among the rows."""

    def enter(play: Play) -> Play:
        ROWS[number] = Row(
            number=number,
            title=title,
            play=play,
            variants=variants,
            backends=backends,
            tls=tls,
            environment=environment or {},
        )
        return play

    return enter
