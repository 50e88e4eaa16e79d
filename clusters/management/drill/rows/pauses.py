"""Rows 11 to 16, 50 and 52: workers that stand still, end, wait, or have a wrong clock."""

import re
from typing import Final

from clusters.management.drill.away import database_away
from clusters.management.drill.points import Act, Point
from clusters.management.drill.process import Process
from clusters.management.drill.row import Expected, row
from clusters.management.drill.rows import places
from clusters.management.drill.rows.kills import (
    ADOPTED,
    AGAIN,
    ONCE,
    SETTLED,
    take_over,
)
from clusters.management.drill.stage import Stage
from clusters.operations.queue import nudge

_AFTER_GATE: Final = Point(where=places.GATE, act=Act.STOP, after=True)
_HOUR: Final = 3600.0
_LONG: Final = 600.0


def _stopped_at(stage: Stage, point: Point) -> Process:
    first = stage.worker("w1", [point])
    stage.until_reached(first)
    stage.strike("w1 stands still")
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
        "before the send": places.SEND,
        "before the look": places.CLAIMED,
        "at the gate": places.GATE,
    }[stage.variant]
    first = _stopped_at(stage, Point(where=where, act=Act.STOP))
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
    stage.cloud.arm(allow_equal_names=True)
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
    where = places.SEND if before else places.GATE
    point = Point(where=where, act=Act.TERM, after=not before, argument=0.5)
    first = stage.worker("w1", [point])
    stage.until_reached(first)
    stage.strike("w1 is asked to end")
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
    first = stage.worker("w1", [Point(where=places.SAVE, act=Act.HOLD)])
    stage.beat()
    stage.until_reached(first)
    stage.until("w1 holds its answer", lambda: first.holds)
    with database_away():
        stage.strike("the database is away")
        stage.watch.is_database_away = True
        first.let_go()
        stage.rest(float(stage.variant.removesuffix(" s")))
    stage.watch.is_database_away = False
    stage.strike("the database is back")
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
        stage.cloud.arm(create=["refuse:CSS.1112"])
    else:
        stage.cloud.arm(list_lag_seconds=_LONG)
    request = stage.approved()
    first = _stopped_at(stage, Point(where=places.SAVE, act=Act.STOP))
    second = stage.worker("w2", [Point(where=places.SAVE, act=Act.HOLD)])
    stage.beat()
    stage.until_reached(second)
    first.go_on()
    stage.strike("w1 hears its answer while w2 is in flight")
    stage.rest(1)
    second.let_go()
    stage.until_state(request, "creating")
    stage.cloud.arm(list_lag_seconds=None)
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
        stage.cloud.arm(create=["close_after"])
    request = stage.approved()
    point = Point(where=places.GATE, act=Act.JUMP, after=True, argument=off)
    first = stage.worker("w1", [point] if jumps else [], off=0.0 if jumps else off)
    stage.strike(f"the clock of w1 is off: {stage.variant}")
    if jumps:
        stage.until_reached(first)
    else:
        stage.until_created()
    stage.worker("w2")
    stage.beat()
    nudge(stage.project.pk)
    stage.until_state(request, "active")
    path = ADOPTED if is_lost else ONCE
    return Expected(request=request, path=path, end="active")
