"""Row 56: the disk of a worker's machine is full, and has room again."""

from typing import Final

from tests.drill.disk import disk_full
from tests.drill.failpoints import Action, Failpoint
from tests.drill.fault_case import Expected, row
from tests.drill.fault_cases import failpoint_targets
from tests.drill.fault_cases.kills import ADOPTED, ONCE
from tests.drill.process import Process
from tests.drill.testbed import Stage

_POINTS: Final = {
    "before the claim": failpoint_targets.CLAIM,
    "at the gate": failpoint_targets.GATE,
    "at the answer": failpoint_targets.SAVE,
}


@row(56, "the disk is full", variants=tuple(_POINTS))
def full_disk(stage: Stage) -> Expected:
    request = stage.approved()
    first = stage.worker(
        "w1", [Failpoint(where=_POINTS[stage.variant], action=Action.HOLD)]
    )
    beat = stage.beat()
    stage.until_reached(first)
    stage.until("w1 holds", lambda: first.holds)
    _be_full(stage, first, beat)
    stage.until_state(request, "active")
    path = f"{ONCE}|{ADOPTED}|(approved sending )+{ONCE}"
    return Expected(request=request, path=path, end="active")


def _be_full(stage: Stage, first: Process, beat: Process) -> None:
    """Give the worker time for all of its tries; where rows are files, none may count."""
    before = len(stage.cloud.creates())
    with disk_full(first, beat):
        stage.trigger("the disk is full")
        stage.watch.is_database_away = True
        first.let_go()
        stage.rest(2 * stage.clock.claim)
        stage.must(not first.is_gone, "the worker lives on")
        if stage.setting.backend == "sqlite":
            sent = len(stage.cloud.creates()) - before
            stage.must(not sent, "nothing is sent while no gate can commit")
    stage.watch.is_database_away = False
    stage.trigger("there is room again")
