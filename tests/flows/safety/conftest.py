"""A clock that stands still."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.flows.safety.signing_in import NOON


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Noon, until the test moves on."""
    with time_machine.travel(NOON, tick=False) as moved:
        yield moved
