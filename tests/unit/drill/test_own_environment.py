"""A drill never uses the database of the shell in which it was started."""

from pathlib import Path

import pytest

from clusters.management.variables import for_own_process
from portal.environment.sources import Sources


class TestForOwnProcess:
    def test_goes_before_what_a_file_of_the_shell_says(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "theirs").write_text("postgres://db.example.com/theirs")
        monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "theirs"))
        own = for_own_process({"DATABASE_URL": "sqlite:///own"})
        for name, value in own.items():
            monkeypatch.setenv(name, value)
        assert Sources(tmp_path / ".env").find("DATABASE_URL") == "sqlite:///own"
