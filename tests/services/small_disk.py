"""`./run` with `var/` on a disk of its own, so small that a test can fill it up."""

import contextlib
import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.browser.running import Portal, copy_checkout, running
from tests.services.stack import Person

MOUNT: Final = "mount -t tmpfs -o size=24m,mode=0700 tmpfs var"
START: Final = f"{MOUNT} && exec .venv/bin/python -m portal.embedded"
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
        """Leave not one byte, and no log a page that it has begun already."""
        for log in (self.var / "log").iterdir():
            with log.open("ab") as file:
                file.write(b"\n" * (-file.tell() % _PAGE))
        with (self.var / "filler").open("ab", buffering=0) as filler:
            for size in (16 * _PAGE, _PAGE, 1):
                with contextlib.suppress(OSError):
                    while True:
                        filler.write(b"x" * size)
        assert not self.has_room()

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
        """Give the room back."""
        (self.var / "filler").unlink()

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


def kill(pids: set[int]) -> None:
    """Kill these as a power cut does."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def checkout(folder: Path) -> Path:
    """Return a copy of this checkout, with the packages that the tests have."""
    copy_checkout(folder)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    (folder / "var").mkdir()
    return folder


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """Start the portal on a small disk; needs a kernel that lets us mount one."""
    _need_mounts()
    with running(checkout(folder), *_NEW_MOUNTS, "sh", "-c", START) as portal:
        yield SmallDisk(portal, portal.process)


def _need_mounts() -> None:
    try_it = (*_NEW_MOUNTS, "mount", "-t", "tmpfs", "tmpfs", "/mnt")
    if not (shutil.which("unshare") and _works(try_it)):
        pytest.skip(
            "needs a disk to fill up: unshare --user --mount is not allowed here"
        )


def _works(command: tuple[str, ...]) -> bool:
    done = subprocess.run(command, capture_output=True, check=False)
    return done.returncode == 0
