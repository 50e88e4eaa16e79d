"""An environment of a test's own, and a port that is not free."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.environment import Environment


class Given:
    """An environment with one variable NAME, and a .env that nobody has written yet."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._monkeypatch = monkeypatch
        self.dotenv = folder / ".env"

    def __call__(self, value: str) -> Environment:
        self._monkeypatch.setenv("NAME", value)
        return Environment(self.dotenv)


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Given:
    return Given(monkeypatch, tmp_path)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which somebody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]
