"""Rows 28 to 31: the list of clusters shows ours only after we gave it up."""

from typing import Final

from tests.drill.actors import needs_operator
from tests.drill.fault_case import Expected, row
from tests.drill.fault_cases.answers import sent_into
from tests.drill.fault_cases.kills import ADOPTED, SETTLED
from tests.drill.testbed import Stage

_TWICE_UNCLEAR: Final = f"approved sending unclear {ADOPTED}"
_FOR_NOW: Final = 3600.0


@row(
    28,
    "lag 1.2 SETTLE; the second attempt is told that the name exists",
)
def late_name_held(stage: Stage) -> Expected:
    return _late(stage, 1.2)


@row(29, "the same, and the second attempt is told that the quota is used up")
def late_quota(stage: Stage) -> Expected:
    return _late(stage, 1.2, "refuse:CSS.1112")


@row(30, "lag 2 SETTLE, names unique")
def very_late(stage: Stage) -> Expected:
    return _late(stage, 2)


def _late(stage: Stage, settles: float, *second: str) -> Expected:
    """The list shows the first cluster only once the second attempt was answered."""
    stage.cloud.inject(list_lag_seconds=_FOR_NOW)
    request = sent_into(stage, "close_after", *second)
    stage.until_created(2)
    stage.until_state(request, "unclear")
    # From here on the lag is what is left of it, however long all that took.
    stage.rest((settles - 1) * stage.clock.settle)
    stage.cloud.inject(list_lag_seconds=None)
    stage.trigger("the list shows it")
    stage.until_state(request, "active")
    return Expected(
        request=request,
        path=_TWICE_UNCLEAR,
        end="active",
        posts=(2, 2),
        within=stage.clock.look,
    )


@row(31, "lag 2 SETTLE, names not unique (outside S1)")
def late_equal_names(stage: Stage) -> Expected:
    stage.cloud.inject(list_lag_seconds=_FOR_NOW, allow_equal_names=True)
    request = sent_into(stage, "close_after")
    stage.until_created(2)
    stage.until_state(request, "creating")
    stage.cloud.inject(list_lag_seconds=None)
    stage.trigger("the list shows both")
    stage.until("an operator is called", lambda: needs_operator(request))
    stage.must(
        stage.since_strike() < stage.clock.bound(stage.clock.look), "within one poll"
    )
    stage.until_state(request, "active")
    return Expected(
        request=request,
        path=SETTLED,
        end="active",
        posts=(2, 2),
        clusters=(2, 2),
        calls_operator=True,
        may_double=True,
    )
