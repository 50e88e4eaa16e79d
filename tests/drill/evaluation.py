"""Compares what a case led to with the fault table, and prints the table of all results."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any, Final, Self

from django.utils import timezone

from clusters import wiring
from clusters.domain.states import State
from clusters.models import ClusterRequest
from clusters.operations.audit.findings import Finding
from clusters.operations.audit.verify import verify
from tests.drill.facts import Facts, read_facts
from tests.drill.fault_case import Expected
from tests.drill.invariants import find_violations
from tests.drill.testbed import DrillTestbed

_OUTCOME_KNOWN: Final = (State.CREATING, State.ACTIVE, State.FAILED, State.CANCELLED)
_OUTCOME_OPEN: Final = (State.APPROVED, State.SENDING, State.UNCLEAR)
_ABBREVIATIONS: Final = {
    "approved": "appr",
    "sending": "send",
    "unclear": "uncl",
    "creating": "crea",
    "active": "actv",
    "cancelled": "canc",
}


@dataclass(frozen=True, kw_only=True)
class CaseResult:
    """
    The result of one case in one seed; goes to JSON and back.

    `posts` is P, the complete create bodies at the cloud; `clusters` is N, the live
    clusters of the request at the end. `seconds` from the fault until the outcome was
    known include `lag`, the time for which the machine delayed the drill itself; both are
    compared with `bound`. The case held if there are no `problems`.
    """

    seed: int
    case: int
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
        """Return it in JSON's types."""
        return {**asdict(self), "problems": list(self.problems)}

    @property
    def name(self) -> str:
        """The number of the case and its variant."""
        return f"{self.case:02d} {self.variant}".strip()

    def line(self) -> str:
        """Return it as a line of the table."""
        path = " ".join(_ABBREVIATIONS.get(each, each) for each in self.path.split())
        took = "" if self.seconds is None else f"{self.seconds:.1f}"
        if self.lag >= 1:
            took += f" - {self.lag:.0f}"
        bound = "-" if self.bound is None else f"{self.bound:.0f}"
        verdict = "BROKEN: " + "; ".join(self.problems) if self.problems else "holds"
        return (
            f"| {self.seed} | {self.name} | {path} | {self.posts} | {self.clusters} "
            f"| {self.end} | {took} / {bound} | {verdict} |"
        )


TABLE_HEAD: Final = (
    "| seed | row | path of states | P | N | end | s / bound | verdict |",
    "|---|---|---|---|---|---|---|---|",
)


def result_table(results: Iterable[CaseResult]) -> list[str]:
    """Return the results as the lines of a table."""
    return [*TABLE_HEAD, *(each.line() for each in results)]


def summary_by_case(results: Iterable[CaseResult]) -> list[str]:
    """Return how often each case was played and held, as the lines of a table."""
    by_case: defaultdict[int, list[CaseResult]] = defaultdict(list)
    for each in results:
        by_case[each.case].append(each)
    return [
        "| row | played | held | P | N | slowest, of its bound |",
        "|---|---|---|---|---|---|",
        *(_summary(number, each) for number, each in sorted(by_case.items())),
    ]


def _summary(number: int, results: list[CaseResult]) -> str:
    succeeded = sum(not each.problems for each in results)
    shares = [
        (each.seconds - each.lag) / each.bound
        for each in results
        if each.bound and each.seconds is not None
    ]
    slowest = f"{max(shares):.0%}" if shares else "-"
    posts = _span(each.posts for each in results)
    clusters = _span(each.clusters for each in results)
    return f"| {number:02d} | {len(results)} | {succeeded} | {posts} | {clusters} | {slowest} |"


def _span(numbers: Iterable[int]) -> str:
    least, *others = sorted(set(numbers))
    return f"{least}…{others[-1]}" if others else str(least)


def evaluate(testbed: DrillTestbed, expected: Expected) -> CaseResult:
    """
    Check the invariants of every request, `expected` for that of the case, and the history.
    """
    creates = [each for cloud in testbed.observer.clouds for each in cloud.creates()]
    live_clusters = testbed.live_clusters()
    problems = list(testbed.observer.problems)
    for request in testbed.requests:
        max_live = testbed.observer.max_live[str(request.id)]
        facts = read_facts(request, creates, live_clusters, max_live)
        is_main = request.id == expected.request.id
        if is_main:
            known = facts.attempts + expected.forgotten_attempts
            facts = main = replace(facts, attempts=known)
        may_double = is_main and expected.may_double
        problems += [
            f"{request.name}: {each}"
            for each in find_violations(facts, may_double=may_double)
        ]
    seconds, lag = seconds_to_outcome(testbed, expected.request)
    bound = None
    if expected.within is not None:
        bound = testbed.clock.bound(expected.within)
    problems += compare(main, expected)
    if bound is not None and (seconds is None or seconds - lag > bound):
        problems.append("too late")
    problems += history_faults()
    return CaseResult(
        seed=testbed.setting.seed,
        case=testbed.setting.case,
        variant=testbed.variant,
        path=main.path,
        posts=main.posts,
        clusters=len(main.live_clusters),
        end=main.state + (f" + {main.needs}" if main.needs else ""),
        seconds=seconds,
        lag=lag,
        bound=bound,
        problems=tuple(problems),
    )


def history_faults() -> list[str]:
    """Return what `verify_audit` finds in the whole database of the case."""
    try:
        verify(known_keys=wiring.audit_keys().known(), clock=timezone.now)
    except Finding as finding:
        return [f"verify_audit: {finding}"]
    return []


def compare(facts: Facts, expected: Expected) -> list[str]:
    """Return a sentence for everything that differs from the fault table."""
    problems = []
    if not any(re.fullmatch(expected.path, path) for path in paths_of(facts)):
        problems.append(f"the path is not {expected.path}")
    for name, value, (least, most) in (
        ("P", facts.posts, expected.posts),
        ("N", len(facts.live_clusters), expected.clusters),
    ):
        if not least <= value <= most:
            problems.append(f"{name} is not in {least}…{most}")
    if facts.state != expected.end:
        problems.append(f"the end is not {expected.end}")
    if expected.calls_operator not in (None, bool(facts.needs)):
        called = "an operator was called" if facts.needs else "no operator was called"
        problems.append(called)
    return problems


def paths_of(facts: Facts) -> Iterator[str]:
    """
    Yield the path as it is, then without claims that expired before the gate.

    On a busy machine a worker can be too slow for the drill's claim of a few seconds. The
    request is then claimed again, which costs nothing but time.
    """
    path = facts.path
    yield path
    for _ in range(facts.expired_claims):
        path = path.replace("approved sending approved", "approved", 1)
        yield path


def seconds_to_outcome(
    testbed: DrillTestbed, request: ClusterRequest
) -> tuple[float | None, float]:
    """
    Return the seconds from the fault until the outcome of this request was known.

    The second value is the part of it for which the machine delayed the drill itself.
    """
    observer, fault_at = testbed.observer, testbed.fault_at
    moves = list(pairwise(observer.transitions[request.id]))
    for (before, _), (state, at) in reversed(moves):
        if state in _OUTCOME_KNOWN and before in _OUTCOME_OPEN:
            lag = observer.lag_since(fault_at)
            lag -= observer.lag_since(max(at, fault_at))
            return max(at - fault_at, 0.0), lag
    return None, 0.0
