"""The guide names every lever, and what it shows works."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from clusters.simulator.console_actions import ACTIONS
from clusters.simulator.create_faults import KNOWN_FAULTS
from clusters.simulator.scenario import load_scenario
from clusters.simulator.switches import (
    ListKind,
    NextCreate,
    Rejection,
    Switches,
)

DOCS = Path(__file__).parents[3] / "docs"
GUIDE = (DOCS / "simulator.md").read_text(encoding="utf-8")
LEVERS = [
    *(each.name for each in fields(Switches)),
    *KNOWN_FAULTS,
    *ListKind,
    *NextCreate,
    *Rejection,
]


class TestGuide:
    @pytest.mark.parametrize("lever", LEVERS)
    def test_names_every_switch_and_position(self, lever: str) -> None:
        assert re.search(rf"`{re.escape(lever)}(:[^`]+)?`", GUIDE)

    @pytest.mark.parametrize("action", ACTIONS)
    def test_shows_every_action(self, action: str) -> None:
        assert f'{{"{action}": ' in GUIDE

    def test_shows_a_scenario_that_can_be_played(self) -> None:
        file = DOCS / "rehearsal.json"
        assert [each.after_seconds for each in load_scenario(file)] == [0, 8, 10]
        shown = file.read_text(encoding="utf-8")
        assert all(f"    {line}\n" in GUIDE for line in shown.splitlines())
