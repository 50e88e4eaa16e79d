"""Row 56: the disk of a worker's machine is full, and has room again."""

from typing import Final

from clusters.management.drill.disk import disk_full
from clusters.management.drill.points import Act, Point
from clusters.management.drill.process import Process
from clusters.management.drill.row import Expected, row
from clusters.management.drill.rows import places
from clusters.management.drill.rows.kills import ADOPTED, ONCE
from clusters.management.drill.stage import Stage

_POINTS: Final = {
    "before the claim": places.CLAIM,
    "at the gate": places.GATE,
    "at the answer": places.SAVE,
}


@row(56, "the disk is full", variants=tuple(_POINTS))
def full_disk(stage: Stage) -> Expected:
    request = stage.approved()
    first = stage.worker("w1", [Point(where=_POINTS[stage.variant], act=Act.HOLD)])
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
        stage.strike("the disk is full")
        stage.watch.is_database_away = True
        first.let_go()
        stage.rest(2 * stage.clock.claim)
        stage.must(not first.is_gone, "the worker lives on")
        if stage.setting.backend == "sqlite":
            sent = len(stage.cloud.creates()) - before
            stage.must(not sent, "nothing is sent while no gate can commit")
    stage.watch.is_database_away = False
    stage.strike("there is room again")
