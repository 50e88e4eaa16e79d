"""Case 56: the disk of a worker's machine is full, and has room again."""

from typing import Final

from tests.drill.disk import disk_full
from tests.drill.failpoints import Action, Failpoint
from tests.drill.fault_case import Expected, fault_case
from tests.drill.fault_cases import failpoint_targets
from tests.drill.fault_cases.kills import ADOPTED, ONCE
from tests.drill.process import Process
from tests.drill.testbed import DrillTestbed

_TARGETS: Final = {
    "before the claim": failpoint_targets.CLAIM,
    "at the gate": failpoint_targets.GATE,
    "at the answer": failpoint_targets.SAVE,
}


@fault_case(56, "the disk is full", variants=tuple(_TARGETS))
def full_disk(testbed: DrillTestbed) -> Expected:
    request = testbed.approved_request()
    first = testbed.start_worker(
        "w1", [Failpoint(where=_TARGETS[testbed.variant], action=Action.HOLD)]
    )
    scheduler = testbed.start_beat()
    testbed.wait_for_failpoint(first)
    testbed.wait_until("w1 holds", lambda: first.is_held)
    _fill_disk(testbed, first, scheduler)
    testbed.wait_for_state(request, "active")
    path = f"{ONCE}|{ADOPTED}|(approved sending )+{ONCE}"
    return Expected(request=request, path=path, end="active")


def _fill_disk(testbed: DrillTestbed, first: Process, scheduler: Process) -> None:
    """Fill the disk until the worker has tried everything; on SQLite no create may leave."""
    before = len(testbed.cloud.creates())
    with disk_full(first, scheduler):
        testbed.mark_fault("the disk is full")
        testbed.observer.is_database_down = True
        first.release()
        testbed.wait(2 * testbed.clock.claim)
        testbed.check(not first.has_ended, "the worker lives on")
        if testbed.setting.backend == "sqlite":
            sent = len(testbed.cloud.creates()) - before
            testbed.check(not sent, "nothing is sent while no gate can commit")
    testbed.observer.is_database_down = False
    testbed.mark_fault("there is room again")
