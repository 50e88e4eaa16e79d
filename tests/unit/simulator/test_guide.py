"""docs/simulator.md documents every switch and action; its scenario is valid."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from clusters.simulator.console_actions import ACTIONS
from clusters.simulator.create_faults import KNOWN_FAULTS
from clusters.simulator.scenario import load_scenario
from clusters.simulator.switches import (
    ListFaultKind,
    NextCreate,
    Rejection,
    Switches,
)

DOCS = Path(__file__).parents[3] / "docs"
GUIDE = (DOCS / "simulator.md").read_text(encoding="utf-8")
SWITCHES = [
    *(each.name for each in fields(Switches)),
    *KNOWN_FAULTS,
    *ListFaultKind,
    *NextCreate,
    *Rejection,
]


class TestGuide:
    @pytest.mark.parametrize("switch", SWITCHES)
    def test_documents_every_switch_and_value(self, switch: str) -> None:
        assert re.search(rf"`{re.escape(switch)}(:[^`]+)?`", GUIDE)

    @pytest.mark.parametrize("action", ACTIONS)
    def test_documents_every_action(self, action: str) -> None:
        assert f'{{"{action}": ' in GUIDE

    def test_contains_a_valid_scenario(self) -> None:
        file = DOCS / "rehearsal.json"
        assert [each.after_seconds for each in load_scenario(file)] == [0, 8, 10]
        shown = file.read_text(encoding="utf-8")
        assert all(f"    {line}\n" in GUIDE for line in shown.splitlines())
