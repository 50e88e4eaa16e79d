"""Rows 11 to 16, 50 and 52: workers that stand still, end, wait, or have a wrong clock."""

import re
from typing import Final

from clusters.operations.core.dispatch import enqueue_provisioning
from tests.drill.db_outage import database_away
from tests.drill.failpoints import Action, Failpoint
from tests.drill.fault_case import Expected, row
from tests.drill.fault_cases import failpoint_targets
from tests.drill.fault_cases.kills import (
    ADOPTED,
    AGAIN,
    ONCE,
    SETTLED,
    take_over,
)
from tests.drill.process import Process
from tests.drill.testbed import Stage

_AFTER_GATE: Final = Failpoint(
    where=failpoint_targets.GATE, action=Action.STOP, after=True
)
_HOUR: Final = 3600.0
_LONG: Final = 600.0


def _stopped_at(stage: Stage, point: Failpoint) -> Process:
    first = stage.worker("w1", [point])
    stage.until_reached(first)
    stage.trigger("w1 stands still")
    return first


def _goes_on(stage: Stage, first: Process, call: float) -> None:
    first.go_on()
    stage.say("*** w1 goes on")
    stage.rest(call + 2 * stage.clock.look)


@row(
    11,
    "SIGSTOP before the gate until another worker is done",
    variants=("before the send", "before the look", "at the gate"),
)
def stop_before_gate(stage: Stage) -> Expected:
    request = stage.approved()
    where = {
        "before the send": failpoint_targets.SEND,
        "before the look": failpoint_targets.CLAIMED,
        "at the gate": failpoint_targets.GATE,
    }[stage.variant]
    first = _stopped_at(stage, Failpoint(where=where, action=Action.STOP))
    take_over(stage)
    stage.until_state(request, "active")
    _goes_on(stage, first, stage.clock.call)
    return Expected(request=request, path=AGAIN, end="active")


@row(
    12,
    "SIGSTOP between gate and body, less than SETTLE",
    variants=("while sending", "until unclear"),
)
def stop_after_gate_shortly(stage: Stage) -> Expected:
    request = stage.approved()
    first = _stopped_at(stage, _AFTER_GATE)
    if stage.variant == "until unclear":
        take_over(stage)
        stage.until_state(request, "unclear")
        _goes_on(stage, first, stage.clock.call)
    else:
        stage.rest(stage.clock.call / 2)
        _goes_on(stage, first, stage.clock.call)
        take_over(stage)
    stage.until_state(request, "active")
    # Its body may have left, or its time was over: then it is settled and sent again.
    return Expected(request=request, path=f"{ONCE}|{ADOPTED}|{SETTLED}", end="active")


@row(13, "SIGSTOP between gate and body, longer than SETTLE + CALL, names unique")
def stop_after_gate_for_long(stage: Stage) -> Expected:
    request = stage.approved()
    first = _stopped_at(stage, _AFTER_GATE)
    take_over(stage)
    stage.until_state(request, "active")
    _goes_on(stage, first, stage.clock.call)
    return Expected(request=request, path=SETTLED, end="active", posts=(1, 2))


@row(14, "the same, names not unique (outside S2)")
def stop_after_gate_equal_names(stage: Stage) -> Expected:
    stage.cloud.inject(allow_equal_names=True)
    request = stage.approved()
    first = _stopped_at(stage, _AFTER_GATE)
    take_over(stage)
    stage.until_state(request, "creating")
    _goes_on(stage, first, stage.clock.call)
    stage.until_state(request, "active")
    return Expected(
        request=request,
        path=SETTLED,
        end="active",
        posts=(1, 2),
        clusters=(1, 2),
        calls_operator=None,
        may_double=True,
    )


@row(15, "SIGTERM", variants=("before the gate", "after the gate"))
def terminated(stage: Stage) -> Expected:
    request = stage.approved()
    before = stage.variant == "before the gate"
    where = failpoint_targets.SEND if before else failpoint_targets.GATE
    point = Failpoint(where=where, action=Action.TERM, after=not before, argument=0.5)
    first = stage.worker("w1", [point])
    stage.until_reached(first)
    stage.trigger("w1 is asked to end")
    stage.until(
        "w1 ends", lambda: first.is_gone, seconds=stage.clock.bound(stage.clock.call)
    )
    take_over(stage)
    stage.until_state(request, "active")
    within = stage.clock.reconcile if before else None
    path = AGAIN if before else ONCE
    return Expected(request=request, path=path, end="active", within=within)


@row(16, "the database is away at the answer", variants=("30 s", "1 s"))
def database_away_at_answer(stage: Stage) -> Expected:
    request = stage.approved()
    first = stage.worker(
        "w1", [Failpoint(where=failpoint_targets.SAVE, action=Action.HOLD)]
    )
    stage.beat()
    stage.until_reached(first)
    stage.until("w1 holds its answer", lambda: first.holds)
    with database_away():
        stage.trigger("the database is away")
        stage.watch.is_database_away = True
        first.let_go()
        stage.rest(float(stage.variant.removesuffix(" s")))
    stage.watch.is_database_away = False
    stage.trigger("the database is back")
    stage.until_state(request, "active")
    return Expected(request=request, path=f"{ONCE}|{ADOPTED}", end="active")


@row(
    50,
    "a late answer of an old attempt while another one is in flight",
    variants=("400", "200"),
)
def late_answer(stage: Stage) -> Expected:
    said_no = stage.variant == "400"
    if said_no:
        stage.cloud.inject(create=["refuse:CSS.1112"])
    else:
        stage.cloud.inject(list_lag_seconds=_LONG)
    request = stage.approved()
    first = _stopped_at(
        stage, Failpoint(where=failpoint_targets.SAVE, action=Action.STOP)
    )
    second = stage.worker(
        "w2", [Failpoint(where=failpoint_targets.SAVE, action=Action.HOLD)]
    )
    stage.beat()
    stage.until_reached(second)
    first.go_on()
    stage.trigger("w1 hears its answer while w2 is in flight")
    stage.rest(1)
    second.let_go()
    stage.until_state(request, "creating")
    stage.cloud.inject(list_lag_seconds=None)
    stage.until_state(request, "active")
    path = f"approved sending unclear {ONCE if said_no else ADOPTED}"
    return Expected(request=request, path=path, end="active", posts=(2, 2))


@row(
    52,
    "one worker's clock is an hour off, or jumps during the call",
    variants=("-1 h", "+1 h", "-1 h, lost", "+1 h, lost", "jump -1 h", "jump +1 h"),
)
def wrong_clock(stage: Stage) -> Expected:
    found = re.search(r"[-+]1 h", stage.variant)
    off = _HOUR if found and found[0] == "+1 h" else -_HOUR
    jumps, is_lost = "jump" in stage.variant, "lost" in stage.variant
    if is_lost:
        stage.cloud.inject(create=["close_after"])
    request = stage.approved()
    point = Failpoint(
        where=failpoint_targets.GATE, action=Action.JUMP, after=True, argument=off
    )
    first = stage.worker("w1", [point] if jumps else [], off=0.0 if jumps else off)
    stage.trigger(f"the clock of w1 is off: {stage.variant}")
    if jumps:
        stage.until_reached(first)
    else:
        stage.until_created()
    stage.worker("w2")
    stage.beat()
    enqueue_provisioning(stage.project.pk)
    stage.until_state(request, "active")
    path = ADOPTED if is_lost else ONCE
    return Expected(request=request, path=path, end="active")
