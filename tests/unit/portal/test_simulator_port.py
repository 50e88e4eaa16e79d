"""The port of the demo's simulator: chosen once, and one sentence when it cannot be had."""

from pathlib import Path

import pytest

from portal.run import simulator_port
from portal.run.simulator_port import persistent_port


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "simulator-port"


class TestKeptPort:
    def test_is_chosen_below_those_of_outgoing_connections_and_stays(
        self, file: Path
    ) -> None:
        port = persistent_port(file, exclude=8000)
        assert 20_000 <= port < 32_768
        assert {persistent_port(file, exclude=8000) for _ in range(3)} == {port}

    def test_is_one_that_is_free_and_not_the_portals(
        self, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(simulator_port, "FIRST", 20_000)
        monkeypatch.setattr(simulator_port, "LAST", 20_002)
        monkeypatch.setattr(simulator_port, "is_free", lambda port: port != 20_001)
        assert persistent_port(file, exclude=20_000) == 20_002

    def test_that_is_taken_later_ends_the_start_with_one_sentence(
        self, file: Path, taken: int
    ) -> None:
        file.write_text(f"{taken}\n")
        with pytest.raises(SystemExit, match=f"^Port {taken}, .* is in use") as ended:
            persistent_port(file, exclude=8000)
        assert "\n" not in str(ended.value)
        assert file.read_text() == f"{taken}\n"

    def test_that_the_portal_wants_now_is_in_use_too(self, file: Path) -> None:
        file.write_text("20123")
        with pytest.raises(SystemExit, match="in use"):
            persistent_port(file, exclude=20_123)

    @pytest.mark.parametrize("text", ["", "0", "65536", "8O00", "²³", "-1", "9" * 5000])
    def test_that_is_no_port_is_named_and_left(self, file: Path, text: str) -> None:
        file.write_text(text)
        with pytest.raises(SystemExit, match="holds no port"):
            persistent_port(file, exclude=8000)
        assert file.read_text() == text
