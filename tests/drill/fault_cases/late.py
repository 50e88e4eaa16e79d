"""Cases 28 to 31: the list shows a cluster only after its absence was settled."""

from typing import Final

from tests.drill.actors import needs_operator
from tests.drill.fault_case import Expected, fault_case
from tests.drill.fault_cases.answers import send_into
from tests.drill.fault_cases.kills import ADOPTED, SETTLED
from tests.drill.testbed import DrillTestbed

_UNCLEAR_TWICE: Final = f"approved sending unclear {ADOPTED}"
_LONG_LAG: Final = 3600.0


@fault_case(
    28,
    "lag 1.2 SETTLE; the second attempt is told that the name exists",
)
def late_name_held(testbed: DrillTestbed) -> Expected:
    return _late(testbed, 1.2)


@fault_case(29, "the same, and the second attempt is told that the quota is used up")
def late_quota(testbed: DrillTestbed) -> Expected:
    return _late(testbed, 1.2, "refuse:CSS.1112")


@fault_case(30, "lag 2 SETTLE, names unique")
def very_late(testbed: DrillTestbed) -> Expected:
    return _late(testbed, 2)


def _late(testbed: DrillTestbed, settles: float, *second_fault: str) -> Expected:
    """
    Show the first cluster in the list only after the answer to the second attempt.

    `settles` is the lag of the list, in SETTLE_SECONDS.
    """
    testbed.cloud.inject(list_lag_seconds=_LONG_LAG)
    request = send_into(testbed, "close_after", *second_fault)
    testbed.wait_for_create(2)
    testbed.wait_for_state(request, "unclear")
    # Counted from here, so that a slow machine does not shorten it.
    testbed.wait((settles - 1) * testbed.clock.settle)
    testbed.cloud.inject(list_lag_seconds=None)
    testbed.mark_fault("the list shows it")
    testbed.wait_for_state(request, "active")
    return Expected(
        request=request,
        path=_UNCLEAR_TWICE,
        end="active",
        posts=(2, 2),
        within=testbed.clock.scan,
    )


@fault_case(31, "lag 2 SETTLE, names not unique (outside S1)")
def late_equal_names(testbed: DrillTestbed) -> Expected:
    testbed.cloud.inject(list_lag_seconds=_LONG_LAG, allow_equal_names=True)
    request = send_into(testbed, "close_after")
    testbed.wait_for_create(2)
    testbed.wait_for_state(request, "creating")
    testbed.cloud.inject(list_lag_seconds=None)
    testbed.mark_fault("the list shows both")
    testbed.wait_until("an operator is called", lambda: needs_operator(request))
    testbed.check(
        testbed.since_fault() < testbed.clock.bound(testbed.clock.scan),
        "within one poll",
    )
    testbed.wait_for_state(request, "active")
    return Expected(
        request=request,
        path=SETTLED,
        end="active",
        posts=(2, 2),
        clusters=(2, 2),
        calls_operator=True,
        may_double=True,
    )
