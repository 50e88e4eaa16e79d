"""Cases 11 to 16, 50 and 52: workers that are stopped, terminated or have a wrong clock."""

import re
from typing import Final

from clusters.operations.core.dispatch import enqueue_provisioning
from tests.drill.db_outage import database_outage
from tests.drill.failpoints import Action, Failpoint
from tests.drill.fault_case import Expected, fault_case
from tests.drill.fault_cases import failpoint_targets
from tests.drill.fault_cases.kills import (
    ADOPTED,
    AGAIN,
    ONCE,
    SETTLED,
    take_over,
)
from tests.drill.process import Process
from tests.drill.testbed import DrillTestbed

_AFTER_GATE: Final = Failpoint(
    where=failpoint_targets.GATE, action=Action.STOP, after=True
)
_HOUR: Final = 3600.0
_LONG: Final = 600.0


def _stop_at(testbed: DrillTestbed, failpoint: Failpoint) -> Process:
    first = testbed.start_worker("w1", [failpoint])
    testbed.wait_for_failpoint(first)
    testbed.mark_fault("w1 stands still")
    return first


def _resume(testbed: DrillTestbed, first: Process, call: float) -> None:
    first.resume()
    testbed.log("*** w1 goes on")
    testbed.wait(call + 2 * testbed.clock.scan)


@fault_case(
    11,
    "SIGSTOP before the gate until another worker is done",
    variants=("before the send", "before the scan", "at the gate"),
)
def stop_before_gate(testbed: DrillTestbed) -> Expected:
    request = testbed.approved_request()
    where = {
        "before the send": failpoint_targets.SEND,
        "before the scan": failpoint_targets.PROVISION,
        "at the gate": failpoint_targets.GATE,
    }[testbed.variant]
    first = _stop_at(testbed, Failpoint(where=where, action=Action.STOP))
    take_over(testbed)
    testbed.wait_for_state(request, "active")
    _resume(testbed, first, testbed.clock.call)
    return Expected(request=request, path=AGAIN, end="active")


@fault_case(
    12,
    "SIGSTOP between gate and body, less than SETTLE",
    variants=("while sending", "until unclear"),
)
def stop_after_gate_shortly(testbed: DrillTestbed) -> Expected:
    request = testbed.approved_request()
    first = _stop_at(testbed, _AFTER_GATE)
    if testbed.variant == "until unclear":
        take_over(testbed)
        testbed.wait_for_state(request, "unclear")
        _resume(testbed, first, testbed.clock.call)
    else:
        testbed.wait(testbed.clock.call / 2)
        _resume(testbed, first, testbed.clock.call)
        take_over(testbed)
    testbed.wait_for_state(request, "active")
    # Either its body left in time, or the call was over: then it is settled and sent again.
    return Expected(request=request, path=f"{ONCE}|{ADOPTED}|{SETTLED}", end="active")


@fault_case(
    13, "SIGSTOP between gate and body, longer than SETTLE + CALL, names unique"
)
def stop_after_gate_for_long(testbed: DrillTestbed) -> Expected:
    request = testbed.approved_request()
    first = _stop_at(testbed, _AFTER_GATE)
    take_over(testbed)
    testbed.wait_for_state(request, "active")
    _resume(testbed, first, testbed.clock.call)
    return Expected(request=request, path=SETTLED, end="active", posts=(1, 2))


@fault_case(14, "the same, names not unique (outside S2)")
def stop_after_gate_equal_names(testbed: DrillTestbed) -> Expected:
    testbed.cloud.inject(allow_equal_names=True)
    request = testbed.approved_request()
    first = _stop_at(testbed, _AFTER_GATE)
    take_over(testbed)
    testbed.wait_for_state(request, "creating")
    _resume(testbed, first, testbed.clock.call)
    testbed.wait_for_state(request, "active")
    return Expected(
        request=request,
        path=SETTLED,
        end="active",
        posts=(1, 2),
        clusters=(1, 2),
        calls_operator=None,
        may_double=True,
    )


@fault_case(15, "SIGTERM", variants=("before the gate", "after the gate"))
def terminated(testbed: DrillTestbed) -> Expected:
    request = testbed.approved_request()
    before = testbed.variant == "before the gate"
    where = failpoint_targets.SEND if before else failpoint_targets.GATE
    failpoint = Failpoint(
        where=where, action=Action.TERM, after=not before, argument=0.5
    )
    first = testbed.start_worker("w1", [failpoint])
    testbed.wait_for_failpoint(first)
    testbed.mark_fault("w1 is asked to end")
    testbed.wait_until(
        "w1 ends",
        lambda: first.has_ended,
        seconds=testbed.clock.bound(testbed.clock.call),
    )
    take_over(testbed)
    testbed.wait_for_state(request, "active")
    within = testbed.clock.reconcile if before else None
    path = AGAIN if before else ONCE
    return Expected(request=request, path=path, end="active", within=within)


@fault_case(16, "the database is away at the answer", variants=("30 s", "1 s"))
def database_outage_at_answer(testbed: DrillTestbed) -> Expected:
    request = testbed.approved_request()
    first = testbed.start_worker(
        "w1", [Failpoint(where=failpoint_targets.SAVE, action=Action.HOLD)]
    )
    testbed.start_beat()
    testbed.wait_for_failpoint(first)
    testbed.wait_until("w1 holds its answer", lambda: first.is_held)
    with database_outage():
        testbed.mark_fault("the database is away")
        testbed.observer.is_database_down = True
        first.release()
        testbed.wait(float(testbed.variant.removesuffix(" s")))
    testbed.observer.is_database_down = False
    testbed.mark_fault("the database is back")
    testbed.wait_for_state(request, "active")
    return Expected(request=request, path=f"{ONCE}|{ADOPTED}", end="active")


@fault_case(
    50,
    "a late answer of an old attempt while another one is in flight",
    variants=("400", "200"),
)
def late_answer(testbed: DrillTestbed) -> Expected:
    is_refused = testbed.variant == "400"
    if is_refused:
        testbed.cloud.inject(create=["refuse:CSS.1112"])
    else:
        testbed.cloud.inject(list_lag_seconds=_LONG)
    request = testbed.approved_request()
    first = _stop_at(
        testbed, Failpoint(where=failpoint_targets.SAVE, action=Action.STOP)
    )
    second = testbed.start_worker(
        "w2", [Failpoint(where=failpoint_targets.SAVE, action=Action.HOLD)]
    )
    testbed.start_beat()
    testbed.wait_for_failpoint(second)
    first.resume()
    testbed.mark_fault("w1 hears its answer while w2 is in flight")
    testbed.wait(1)
    second.release()
    testbed.wait_for_state(request, "creating")
    testbed.cloud.inject(list_lag_seconds=None)
    testbed.wait_for_state(request, "active")
    path = f"approved sending unclear {ONCE if is_refused else ADOPTED}"
    return Expected(request=request, path=path, end="active", posts=(2, 2))


@fault_case(
    52,
    "one worker's clock is an hour off, or jumps during the call",
    variants=("-1 h", "+1 h", "-1 h, lost", "+1 h, lost", "jump -1 h", "jump +1 h"),
)
def wrong_clock(testbed: DrillTestbed) -> Expected:
    found = re.search(r"[-+]1 h", testbed.variant)
    offset = _HOUR if found and found[0] == "+1 h" else -_HOUR
    jumps, is_lost = "jump" in testbed.variant, "lost" in testbed.variant
    if is_lost:
        testbed.cloud.inject(create=["close_after"])
    request = testbed.approved_request()
    failpoint = Failpoint(
        where=failpoint_targets.GATE, action=Action.JUMP, after=True, argument=offset
    )
    first = testbed.start_worker(
        "w1", [failpoint] if jumps else [], clock_offset=0.0 if jumps else offset
    )
    testbed.mark_fault(f"the clock of w1 is off: {testbed.variant}")
    if jumps:
        testbed.wait_for_failpoint(first)
    else:
        testbed.wait_for_create()
    testbed.start_worker("w2")
    testbed.start_beat()
    enqueue_provisioning(testbed.project.pk)
    testbed.wait_for_state(request, "active")
    path = ADOPTED if is_lost else ONCE
    return Expected(request=request, path=path, end="active")
