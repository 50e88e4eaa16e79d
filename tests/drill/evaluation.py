"""Whether a row came to what the fault table says, and the table of all verdicts."""

import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any, Final, Self

from clusters.domain.states import State
from clusters.models import ClusterRequest
from tests.drill.facts import Facts, facts_of
from tests.drill.fault_case import Expected
from tests.drill.invariants import broken
from tests.drill.testbed import Stage

_CERTAIN: Final = (State.CREATING, State.ACTIVE, State.FAILED, State.CANCELLED)
_SHORT: Final = {
    "approved": "appr",
    "sending": "send",
    "unclear": "uncl",
    "creating": "crea",
    "active": "actv",
    "cancelled": "canc",
}


@dataclass(frozen=True, kw_only=True)
class CaseResult:
    """One row of one seed; goes to JSON and back."""

    seed: int
    row: int
    variant: str
    path: str = ""
    posts: int = 0
    clusters: int = 0
    end: str = ""
    seconds: float | None = None
    lag: float = 0.0
    bound: float | None = None
    problems: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Return what `to_json` wrote."""
        return cls(**{**data, "problems": tuple(data["problems"])})

    def to_json(self) -> dict[str, Any]:
        """Return it in JSON's own types."""
        return {**asdict(self), "problems": list(self.problems)}

    @property
    def name(self) -> str:
        """The row and which way it was played."""
        return f"{self.row:02d} {self.variant}".strip()

    def line(self) -> str:
        """Return it as a line of the table."""
        path = " ".join(_SHORT.get(each, each) for each in self.path.split())
        took = "" if self.seconds is None else f"{self.seconds:.1f}"
        if self.lag >= 1:
            took += f" - {self.lag:.0f}"
        bound = "-" if self.bound is None else f"{self.bound:.0f}"
        said = "BROKEN: " + "; ".join(self.problems) if self.problems else "holds"
        return (
            f"| {self.seed} | {self.name} | {path} | {self.posts} | {self.clusters} "
            f"| {self.end} | {took} / {bound} | {said} |"
        )


TABLE_HEAD: Final = (
    "| seed | row | path of states | P | N | end | s / bound | verdict |",
    "|---|---|---|---|---|---|---|---|",
)
"""What stands above the lines of verdicts."""


def table(verdicts: Iterable[CaseResult]) -> list[str]:
    """Return the verdicts as a table."""
    return [*TABLE_HEAD, *(each.line() for each in verdicts)]


def by_row(verdicts: Iterable[CaseResult]) -> list[str]:
    """Return how often each row was played and held, as a table."""
    of_row: defaultdict[int, list[CaseResult]] = defaultdict(list)
    for each in verdicts:
        of_row[each.row].append(each)
    lines = ["| row | played | held | P | N | slowest, of its bound |"]
    lines.append("|---|---|---|---|---|---|")
    for number, mine in sorted(of_row.items()):
        held = sum(not each.problems for each in mine)
        shares = [
            (each.seconds - each.lag) / each.bound
            for each in mine
            if each.bound and each.seconds is not None
        ]
        slowest = f"{max(shares):.0%}" if shares else "-"
        posts = _span(each.posts for each in mine)
        clusters = _span(each.clusters for each in mine)
        lines.append(
            f"| {number:02d} | {len(mine)} | {held} | {posts} | {clusters} "
            f"| {slowest} |"
        )
    return lines


def _span(numbers: Iterable[int]) -> str:
    least, *others = sorted(set(numbers))
    return f"{least}…{others[-1]}" if others else str(least)


def judge(stage: Stage, expected: Expected) -> CaseResult:
    """Compare what is with what must be, for this request and for all others."""
    creates = [each for cloud in stage.watch.clouds for each in cloud.creates()]
    living = [
        each for cloud in stage.watch.clouds for each in cloud.living(time.time())
    ]
    problems = list(stage.watch.problems)
    for row in stage.rows:
        most = stage.watch.most_living[str(row.id)]
        facts = facts_of(row, creates, living, most)
        is_main = row.id == expected.request.id
        may_double = is_main and expected.may_double
        if is_main:
            known = facts.attempts + expected.forgotten_attempts
            facts = main = replace(facts, attempts=known)
        problems += [
            f"{row.name}: {each}" for each in broken(facts, may_double=may_double)
        ]
    seconds, lag = certain_after(stage, expected.request)
    bound = None if expected.within is None else stage.clock.bound(expected.within)
    problems += compare(main, expected)
    if bound is not None and (seconds is None or seconds - lag > bound):
        problems.append("too late")
    return CaseResult(
        seed=stage.setting.seed,
        row=stage.setting.row,
        variant=stage.variant,
        path=main.path,
        posts=main.posts,
        clusters=len(main.living),
        end=main.state + (f" + {main.needs}" if main.needs else ""),
        seconds=seconds,
        lag=lag,
        bound=bound,
        problems=tuple(problems),
    )


def compare(facts: Facts, expected: Expected) -> list[str]:
    """Name what is not as the fault table says."""
    found = []
    if not any(re.fullmatch(expected.path, path) for path in paths_of(facts)):
        found.append(f"the path is not {expected.path}")
    for name, value, (least, most) in (
        ("P", facts.posts, expected.posts),
        ("N", len(facts.living), expected.clusters),
    ):
        if not least <= value <= most:
            found.append(f"{name} is not in {least}…{most}")
    if facts.state != expected.end:
        found.append(f"the end is not {expected.end}")
    if expected.calls_operator not in (None, bool(facts.needs)):
        found.append("an operator was called" if facts.needs else "nobody was called")
    return found


def paths_of(facts: Facts) -> Iterator[str]:
    """
    Yield the path as it is, and then without claims that ran out before the gate.

    A machine that is busy can be too slow for the claim of a drill, which lasts a few
    seconds. That costs time and no more: the row is taken up again.
    """
    path = facts.path
    yield path
    for _ in range(facts.lapses):
        path = path.replace("approved sending approved", "approved", 1)
        yield path


def certain_after(stage: Stage, row: ClusterRequest) -> tuple[float | None, float]:
    """
    Return the time from the strike until the doubt about this request ended.

    And how much of it the machine kept everybody waiting, the drill included.
    """
    moved = stage.watch.moved[row.id]
    unsure = {State.APPROVED, State.SENDING, State.UNCLEAR}
    for (before, _), (state, at) in reversed(list(pairwise(moved))):
        if state in _CERTAIN and before in unsure:
            lag = stage.watch.lag_since(stage.struck_at)
            lag -= stage.watch.lag_since(max(at, stage.struck_at))
            return max(at - stage.struck_at, 0.0), lag
    return None, 0.0
