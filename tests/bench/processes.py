"""What the processes of a running portal take: memory and threads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TITLES: Final = {
    "simulator": "simulator",
    "portal/run/foreground.py": "starter",
    "supervisord": "supervisor",
    "gunicorn": "web",  # its own command line names a class of worker
    "worker": "worker",
    "beat": "beat",
}
"""What stands in a command line, and what we call the process; the first one counts."""


@dataclass(frozen=True, kw_only=True)
class Process:
    """
    One process as the kernel sees it now.

    `pss_kib` is the proportional set size: a page that several processes share counts
    for each of them by its part, so that the sum over all is what they take together.
    """

    number: int
    title: str
    pss_kib: int
    threads: int

    @property
    def pss_mib(self) -> float:
        """The proportional set size in MiB."""
        return self.pss_kib / 1024


def processes_in(folder: Path) -> list[Process]:
    """Return every process that works in this folder, in the order of their starts."""
    return sorted(_find(folder.resolve()), key=lambda each: each.number)


def total_mib(processes: list[Process]) -> float:
    """Return what these take together."""
    return sum(each.pss_mib for each in processes)


def _find(folder: Path) -> Iterator[Process]:
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if (place / "cwd").readlink().is_relative_to(folder):
                yield _read(place)
        except OSError:  # it ended meanwhile, or it is somebody else's
            continue


def _read(place: Path) -> Process:
    status = (place / "status").read_text()
    return Process(
        number=int(place.name),
        title=_title(place),
        pss_kib=_number("Pss", (place / "smaps_rollup").read_text()),
        threads=_number("Threads", status),
    )


def _number(name: str, text: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", text, re.M)
    return int(found[1]) if found else 0


def _title(place: Path) -> str:
    title = _titled(place)
    if title != "web":
        return title
    parent = _number("PPid", (place / "status").read_text())
    is_child = _titled(place.parent / str(parent)) == "web"
    return "web, worker" if is_child else "web, master"


def _titled(place: Path) -> str:
    words = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return next((title for mark, title in _TITLES.items() if mark in words), words[:40])
