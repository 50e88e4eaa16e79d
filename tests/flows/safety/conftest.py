"""A clock that stands still, and Bob at his browser."""

from collections.abc import Iterator

import pytest
import time_machine

from tests import factories
from tests.flows.safety.outliving import Browser
from tests.flows.safety.sign_in_steps import NOON


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Noon, until the test moves on."""
    with time_machine.travel(NOON, tick=False) as moved:
        yield moved


@pytest.fixture
def bob(db: None) -> Browser:
    """Bob's browser; he is signed in."""
    factories.user("bob")
    return Browser("bob")
