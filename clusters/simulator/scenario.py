"""Scenario files: faults and console actions at the start and at later times."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clusters.simulator.console_actions import check_action
from clusters.simulator.create_faults import UnknownFault
from clusters.simulator.switches import read_seconds, read_switches

_STEP_KEYS = {"after_seconds", "set", "world"}


class ScenarioUnreadable(Exception):
    """The file is not a scenario; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """The switches to set and the actions to perform at one time after the start."""

    after_seconds: float = 0
    switches: Mapping[str, object]
    actions: tuple[Mapping[str, object], ...] = ()


def load_scenario(file: Path) -> tuple[Step, ...]:
    """
    Read a scenario file and return its steps in order of time.

    :raises ScenarioUnreadable: if the file cannot be read or is not a scenario
    """
    try:
        return read_scenario(json.loads(file.read_bytes()))
    except OSError as problem:
        raise ScenarioUnreadable(f"{file}: {problem.strerror}.") from problem
    except (ValueError, RecursionError) as problem:
        raise ScenarioUnreadable(f"{file} is not JSON.") from problem
    except UnknownFault as problem:
        raise ScenarioUnreadable(f"{file}: {problem}") from problem


def read_scenario(data: Any) -> tuple[Step, ...]:
    """
    Return the steps of a scenario, given as parsed JSON, in order of time.

    The format is described in ``docs/simulator.md``.

    :raises UnknownFault: with a message for a person
    """
    if not isinstance(data, dict):
        raise UnknownFault("A scenario is an object of switches.")
    later = data.get("steps", [])
    if not isinstance(later, list):
        raise UnknownFault("steps is a list.")
    switches = {key: data[key] for key in data if key not in ("steps", "world")}
    first = _step({"set": switches, "world": data.get("world", [])})
    steps = (first, *map(_later_step, later))
    return tuple(sorted(steps, key=lambda each: each.after_seconds))


def _later_step(data: Any) -> Step:
    if not isinstance(data, dict) or "after_seconds" not in data:
        raise UnknownFault("A step has after_seconds and what is set then.")
    return _step(data)


def _step(data: Mapping[str, Any]) -> Step:
    unknown = sorted(set(data) - _STEP_KEYS)
    if unknown:
        raise UnknownFault(f"A step knows no {', '.join(unknown):.200}.")
    switches, actions = data.get("set", {}), data.get("world", [])
    if not isinstance(switches, dict) or not isinstance(actions, list):
        raise UnknownFault("set is an object of switches, world a list of actions.")
    for action in actions:
        if not isinstance(action, dict):
            raise UnknownFault("An action is an object.")
        check_action(action)
    if switches:
        read_switches(switches)
    return Step(
        after_seconds=read_seconds("after_seconds", data.get("after_seconds", 0)),
        switches=switches,
        actions=tuple(actions),
    )
