"""Fault cases: one row of the fault table each, what it breaks and what must come of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from clusters.models import ClusterRequest
from tests.drill.testbed import DrillTestbed

BACKENDS: Final = ("sqlite", "redis", "rabbitmq")
FAULT_CASES: Final[dict[int, dict[str, "FaultCase"]]] = {}
"""All fault cases: row number of the fault table → variant → case."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """
    What a fault case must lead to for one request.

    `path` is a regular expression over the states since the approval, separated by
    spaces. `posts` and `clusters` are the least and the greatest number allowed. `within`
    is the table's time in seconds from the fault to the state in which the outcome is
    known; None where the table names none. `calls_operator` is None where both are right.
    With `may_double`, two live clusters are allowed if an operator is called.
    `forgotten_attempts` is the number of attempts that a restored database has lost.
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


CaseFunction = Callable[[DrillTestbed], Expected]


@dataclass(frozen=True, kw_only=True)
class FaultCase:
    """
    The function of a case, and the test bed that it needs.

    `tls` gives the cloud a certificate. A case that is `alone` measures times, so no other
    one runs beside it. With `relay`, the broker's URL points at the port of the setting,
    where the case itself starts a relay. `environment` holds further variables of its
    processes; `{certificate}` and `{port}` are filled in.
    """

    title: str
    run: CaseFunction
    backends: tuple[str, ...] = BACKENDS
    tls: bool = False
    alone: bool = False
    relay: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


def fault_case(
    number: int, title: str, *, variants: tuple[str, ...] = ("",), **options: Any
) -> Callable[[CaseFunction], CaseFunction]:
    """Register a function as a fault case; `options` are further fields of FaultCase."""

    def register(function: CaseFunction) -> CaseFunction:
        case = FaultCase(title=title, run=function, **options)
        FAULT_CASES.setdefault(number, {}).update(dict.fromkeys(variants, case))
        return function

    return register


def variants_of(number: int, backend: str) -> list[str]:
    """Return the variants of this case that can be run on this backend."""
    variants = FAULT_CASES.get(number, {})
    return [name for name, case in variants.items() if backend in case.backends]
