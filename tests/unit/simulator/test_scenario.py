"""Scenario files: faults and actions at the start and at later times."""

import json
from pathlib import Path
from typing import Any

import pytest

from clusters.simulator.scenario import (
    ScenarioUnreadable,
    Step,
    load_scenario,
)
from clusters.simulator.world import World
from tests.unit.simulator.caller import Caller, Clock, error_of, order
from tests.unit.simulator.ordering import listed, made

SCENARIO: dict[str, Any] = {
    "quota": 1,
    "create": ["noid200"],
    "world": [{"add_foreign": {"name": "theirs"}}],
    "steps": [
        {"after_seconds": 20, "world": [{"delete": "theirs"}, {"delete": "nobody"}]},
        {"after_seconds": 10, "set": {"quota": 3, "list_lag_seconds": 5}},
    ],
}


@pytest.fixture
def scenario(tmp_path: Path) -> tuple[Step, ...]:
    file = tmp_path / "scenario.json"
    file.write_text(json.dumps(SCENARIO))
    return load_scenario(file)


@pytest.fixture
def world(scenario: tuple[Step, ...], clock: Clock) -> World:
    return World(clock=clock, scenario=scenario)


class TestScenario:
    def test_applies_its_first_step_at_the_start(
        self, caller: Caller, world: World
    ) -> None:
        assert listed(caller)["clusters"][0]["name"] == "theirs"
        assert "id" not in caller.create(order()).json()["cluster"]
        assert error_of(caller.create(order())) == (400, "CSS.1112")

    def test_applies_later_steps_when_they_are_due(
        self, caller: Caller, world: World, clock: Clock
    ) -> None:
        caller.create(order())
        clock.now += 10
        made(caller)
        assert listed(caller)["totalSize"] == 1
        clock.now += 10
        assert [each["name"] for each in listed(caller)["clusters"]] == ["ES-Portal-01"]

    def test_is_stopped_by_a_reset(
        self, caller: Caller, world: World, clock: Clock
    ) -> None:
        world.reset()
        clock.now += 100
        made(caller)
        made(caller, name="second")
        assert listed(caller)["totalSize"] == 2

    @pytest.mark.parametrize(
        "content",
        [
            "{",
            "[]",
            '{"explode": 1}',
            '{"quota": "one"}',
            '{"steps": {}}',
            '{"steps": [{"set": {"quota": 1}}]}',
            '{"steps": [{"after_seconds": -1}]}',
            '{"steps": [{"after_seconds": 1, "set": {"explode": 1}}]}',
            '{"steps": [{"after_seconds": 1, "faults": {}}]}',
            '{"steps": [{"after_seconds": 1, "set": []}]}',
            '{"world": [1]}',
            '{"world": [{"explode": 1}]}',
        ],
    )
    def test_that_is_invalid_is_refused_with_a_message(
        self, tmp_path: Path, content: str
    ) -> None:
        file = tmp_path / "scenario.json"
        file.write_text(content)
        with pytest.raises(ScenarioUnreadable, match=r"scenario\.json.*\.$"):
            load_scenario(file)

    def test_that_is_missing_is_refused_with_a_message(self, tmp_path: Path) -> None:
        with pytest.raises(ScenarioUnreadable, match="No such file or directory"):
            load_scenario(tmp_path / "none.json")
