"""The log files of supervisord on a full disk, and how long they get."""

import errno
import os
from pathlib import Path

import pytest
from supervisor import loggers

from portal.run import supervisor
from portal.run.supervisor import LogFile

LINE = b"x" * 49 + b"\n"


class Disk:
    """Room for so many bytes; stands in for the operating system's `write`."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._write = os.write

    def write(self, descriptor: int, said: bytes) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        part = said[: self.room]
        self.room -= len(part)
        return self._write(descriptor, part)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    made = Disk(room=1 << 20)
    monkeypatch.setattr(os, "write", made.write)
    return made


def log_of(file: Path, *, most: int = 1000, backups: int = 1) -> loggers.Logger:
    """Return a log as supervisord makes it for a program."""
    log = loggers.getLogger(loggers.LevelsByName.INFO)
    loggers.handle_file(log, str(file), "%(message)s", True, most, backups)
    return log


@pytest.fixture(autouse=True)
def _as_in_run(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FileHandler", "RotatingFileHandler"):
        monkeypatch.setattr(loggers, name, getattr(loggers, name))
    monkeypatch.setattr(supervisor.supervisord, "main", lambda: None)
    supervisor.main()


class TestLogFile:
    def test_is_what_supervisord_writes_to(self, tmp_path: Path) -> None:
        for rotating in (True, False):
            log = loggers.getLogger()
            loggers.handle_file(log, str(tmp_path / "x"), "%(message)s", rotating)
            assert isinstance(log.handlers[0], LogFile)

    def test_keeps_the_bytes_of_a_program_and_the_lines_of_its_own(
        self, tmp_path: Path
    ) -> None:
        log = log_of(tmp_path / "log")
        log.info(b"\xffraw\n")
        log.info("a %(what)s\n", what="line")
        assert (tmp_path / "log").read_bytes() == b"\xffraw\na line\n"

    def test_on_a_full_disk_drops_lines_and_says_later_how_many(
        self, tmp_path: Path, disk: Disk, capsys: pytest.CaptureFixture[str]
    ) -> None:
        log = log_of(tmp_path / "log")
        log.info(b"before\n")
        disk.room = 3
        for _ in range(5):
            log.info(b"lost\n")
        disk.room = 1 << 20
        log.info(b"after\n")
        log.info(b"more\n")
        written = (tmp_path / "log").read_text()
        assert written == (
            "before\nlos\n(no room on the disk: 5 not written)\nafter\nmore\n"
        )
        assert capsys.readouterr() == ("", "")

    def test_that_cannot_be_made_is_made_later(self, tmp_path: Path) -> None:
        log = log_of(tmp_path / "folder" / "log")
        log.info(b"lost\n")
        (tmp_path / "folder").mkdir()
        log.info(b"after\n")
        assert (tmp_path / "folder" / "log").read_text().endswith("after\n")

    @pytest.mark.parametrize("room", [1 << 20, 0, 1500])
    def test_is_never_longer_than_it_may_be(
        self, tmp_path: Path, disk: Disk, room: int
    ) -> None:
        log = log_of(tmp_path / "log", most=1000, backups=2)
        disk.room = room
        for _ in range(200):
            log.info(LINE)
        disk.room = 1 << 20
        log.info(b"after\n")
        files = sorted(tmp_path.iterdir())
        assert {each.name for each in files} <= {"log", "log.1", "log.2"}
        assert all(each.stat().st_size <= 1000 for each in files)
        assert (tmp_path / "log").read_bytes().endswith(b"after\n")

    def test_that_cannot_be_rotated_does_not_grow(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log = log_of(tmp_path / "log", most=100)

        def fail(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(Path, "replace", fail)
        for _ in range(50):
            log.info(LINE)
        assert (tmp_path / "log").stat().st_size == 100
        monkeypatch.undo()
        log.info(b"after\n")
        assert (tmp_path / "log").read_text().endswith("after\n")
