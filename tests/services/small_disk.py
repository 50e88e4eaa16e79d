"""`./run` with `var/` on a disk of its own, so small that a test can fill it up."""

import contextlib
import errno
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
import requests

from tests.browser.running import Portal, copy_checkout, running
from tests.services.stack import Person, wait_for

_START: Final = (
    "mount -t tmpfs -o size={size},mode=0700 tmpfs var"
    " && exec .venv/bin/python -m portal.run.demo_server"
)
_PAGE: Final = 4096
_NEW_MOUNTS: Final = ("unshare", "--user", "--map-root-user", "--mount")


@dataclass
class SmallDisk:
    """A running portal, and the disk that only it sees."""

    portal: Portal
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        return self.portal.url

    @property
    def var(self) -> Path:
        """The folder `var/` as the portal sees it."""
        return Path(f"/proc/{self.process.pid}/root{self.portal.folder}/var")

    def person(self, name: str) -> Person:
        """Return this person, signed in."""
        return Person(self, name, self.portal.passwords[name])

    def fill(self) -> None:
        """Leave not one byte, and no log or journal a page that it has already."""
        wait_for(self._empty_journal)
        for log in (self.var / "log").iterdir():
            with log.open("ab") as file:
                file.write(b"\n" * (-file.tell() % _PAGE))
        with (self.var / "filler").open("ab", buffering=0) as filler:
            for size in (16 * _PAGE, _PAGE, 1):
                with contextlib.suppress(OSError):
                    while True:
                        filler.write(b"x" * size)
        assert not self.has_room()

    def _empty_journal(self) -> bool:
        """Have SQLite give its journal back to the disk; False while somebody reads."""
        with closing(sqlite3.connect(self.var / "portal.sqlite3")) as database:
            busy, *_ = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def has_room(self) -> bool:
        """Whether one more page of the disk can be written."""
        probe = self.var / "probe"
        try:
            probe.write_bytes(b"x" * _PAGE)
        except OSError as error:
            assert error.errno == errno.ENOSPC
            return False
        finally:
            probe.unlink(missing_ok=True)
        return True

    def empty(self) -> None:
        """Free the space again."""
        (self.var / "filler").unlink()

    def inject(self, **switches: float | None) -> None:
        """Inject faults into the simulator."""
        url = f"{self._simulator}/_simulator/faults"
        requests.put(url, json=switches, timeout=10).raise_for_status()

    def creates(self, name: str) -> int:
        """Return how many creates of this name reached the simulator."""
        calls = requests.get(f"{self._simulator}/_simulator/calls", timeout=10).json()
        names = [each["body"]["cluster"]["name"] for each in calls["creates"]]
        return names.count(name)

    @property
    def _simulator(self) -> str:
        return f"http://127.0.0.1:{(self.var / 'simulator-port').read_text().strip()}"

    def log(self, name: str) -> str:
        """Return what stands in a log now."""
        return (self.var / "log" / f"{name}.log").read_text(errors="replace")

    def processes(self, word: str) -> set[int]:
        """Return who runs in the portal's folder with this word in its command line."""
        return {
            pid for pid, line in commands_in(self.portal.folder).items() if word in line
        }


def commands_in(folder: Path) -> dict[int, str]:
    """Return the command line of each process that works in this folder."""
    found = {}
    for each in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (each / "cwd").readlink().is_relative_to(folder):
                line = (each / "cmdline").read_bytes().replace(b"\0", b" ")
                found[int(each.name)] = line.decode(errors="replace")
    return {pid: line for pid, line in found.items() if line}  # without zombies


def kill(pids: set[int], number: signal.Signals = signal.SIGKILL) -> None:
    """Send SIGKILL, or another signal, to these processes."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def checkout(folder: Path) -> Path:
    """Return a copy of this checkout, with the packages that the tests have."""
    copy_checkout(folder)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    (folder / "var").mkdir()
    return folder


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """Start the portal on a small disk, and wait until it is up."""
    with running(checkout(folder), *command("24m")) as portal:
        yield SmallDisk(portal, portal.process)


def command(size: str) -> tuple[str, ...]:
    """Return what starts it on a disk of this size; needs a kernel that lets us mount."""
    _need_mounts()
    return (*_NEW_MOUNTS, "sh", "-c", _START.format(size=size))


def _need_mounts() -> None:
    try_it = (*_NEW_MOUNTS, "mount", "-t", "tmpfs", "tmpfs", "/mnt")
    if not (shutil.which("unshare") and _works(try_it)):
        pytest.skip(
            "needs a disk to fill up: unshare --user --mount is not allowed here"
        )


def _works(command: tuple[str, ...]) -> bool:
    done = subprocess.run(command, capture_output=True, check=False)
    return done.returncode == 0
