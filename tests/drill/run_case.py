"""Runs one fault case on its test bed and evaluates the result."""

from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from tests.drill.evaluation import CaseResult, evaluate
from tests.drill.fault_cases import FAULT_CASES
from tests.drill.setting import Setting
from tests.drill.testbed import DrillTestbed
from tests.drill.waits import WaitTimeout


def run_case(
    text: str, fork_server: Connection, log: Callable[[str], None]
) -> dict[str, Any]:
    """
    Run the case of this setting; return its CaseResult in JSON's types.

    :param text: a Setting as JSON
    :param fork_server: takes a ForkRequest and answers with the pid
    :param log: takes a line about what happens
    """
    setting = Setting.from_json(text)
    testbed = DrillTestbed(setting, fork_server, log)
    try:
        testbed.set_up()
        expected = FAULT_CASES[setting.case][setting.variant].run(testbed)
        # So that a second create, or a wrong state, still has the time to appear.
        testbed.wait(2 * max(setting.clock.poll, setting.clock.reconcile))
        result = evaluate(testbed, expected)
    except WaitTimeout as timeout:
        result = _unfinished(testbed, str(timeout))
    if result.problems:
        _log_processes(testbed)
    return result.to_json()


def _unfinished(testbed: DrillTestbed, problem: str) -> CaseResult:
    path = ""
    if testbed.requests:
        moves = testbed.observer.transitions[testbed.requests[0].id]
        path = " ".join(state for state, _ in moves)
    return CaseResult(
        seed=testbed.setting.seed,
        case=testbed.setting.case,
        variant=testbed.variant,
        path=path,
        problems=(problem, *testbed.observer.problems),
    )


def _log_processes(testbed: DrillTestbed) -> None:
    for process in testbed.processes:
        if process.name == "beat":
            continue
        for line in process.log_tail():
            testbed.log(f"    {process.name}: {line}")
