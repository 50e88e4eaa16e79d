"""Fixtures: a clock, a simulated cloud, and a caller that is signed in to it."""

import pytest

from clusters.simulator.world import World
from tests.unit.simulator.caller import Caller, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(clock=clock, build_seconds=100)


@pytest.fixture
def caller(world: World) -> Caller:
    caller = Caller.of(world)
    caller.sign_in()
    return caller
