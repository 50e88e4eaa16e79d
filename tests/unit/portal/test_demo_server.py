"""The keys that `./run` writes at its first start."""

import errno
import io
import os
from pathlib import Path

import pytest

from portal.run.demo_server import write_keys


@pytest.fixture(autouse=True)
def _port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8000")


class TestWriteKeys:
    def test_are_the_owners_and_stay(self, tmp_path: Path) -> None:
        dotenv = tmp_path / ".env"
        write_keys(dotenv)
        kept = dotenv.read_text()
        assert dotenv.stat().st_mode & 0o777 == 0o600
        assert "SECRET_KEY=" in kept
        write_keys(dotenv)
        assert dotenv.read_text() == kept
        assert list(tmp_path.iterdir()) == [dotenv]

    def test_are_never_half_there(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        dotenv = tmp_path / ".env"

        class Full(io.StringIO):
            def close(self) -> None:
                raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fdopen", lambda *_, **__: Full())
        with pytest.raises(OSError, match="No space"):
            write_keys(dotenv)
        assert not dotenv.exists()
        monkeypatch.undo()
        monkeypatch.setenv("PORT", "8000")
        write_keys(dotenv)
        assert "SECRET_KEY=" in dotenv.read_text()
