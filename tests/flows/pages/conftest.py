"""Pages are read at noon, by people who are signed in."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from tests.factories import NOON, user

Reader = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _at_noon(db: None) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def reading_as() -> Reader:
    """Return a browser in which this person is signed in."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(user(name))
        return client

    return sign_in
