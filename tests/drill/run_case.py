"""Plays one row on a stage and judges it."""

from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from tests.drill.evaluation import CaseResult, judge
from tests.drill.fault_cases import ROWS
from tests.drill.setting import Setting
from tests.drill.testbed import InVain, Stage


def play(text: str, nursery: Connection, say: Callable[[str], None]) -> dict[str, Any]:
    """Play the row that this JSON describes; returns the verdict as JSON's types."""
    setting = Setting.from_json(text)
    stage = Stage(setting, nursery, say)
    try:
        stage.open()
        expected = ROWS[setting.row][setting.variant].play(stage)
        # What comes too late to be seen would not be judged.
        stage.rest(2 * max(setting.clock.poll, setting.clock.reconcile))
        verdict = judge(stage, expected)
    except InVain as vain:
        verdict = _unfinished(stage, str(vain))
    if verdict.problems:
        _tell_more(stage)
    return verdict.to_json()


def _unfinished(stage: Stage, why: str) -> CaseResult:
    moved = [stage.watch.moved[row.id] for row in stage.rows]
    path = " ".join(state for state, _ in moved[0]) if moved else ""
    return CaseResult(
        seed=stage.setting.seed,
        row=stage.setting.row,
        variant=stage.variant,
        path=path,
        problems=(why, *stage.watch.problems),
    )


def _tell_more(stage: Stage) -> None:
    for process in stage.processes:
        if process.name == "beat":
            continue
        for line in process.last_words():
            stage.say(f"    {process.name}: {line}")
