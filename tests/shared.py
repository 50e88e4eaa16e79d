"""
What all processes of one test run share: a folder, and what is made in it only once.

pytest-xdist starts several processes, each with session fixtures of its own. What costs
seconds to make and never changes is made by the first that wants it.
"""

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from tests import postgres

_KEY: Final = pytest.StashKey[Path]()
_DATABASE: Final = ".database"
"""How files end that hold the name of a database to drop when the run ends."""


def folder_of(config: pytest.Config) -> Path:
    """Return the folder of this test run, the same one in each of its processes."""
    workerinput: dict[str, Any] | None = getattr(config, "workerinput", None)
    if workerinput is not None:
        return Path(workerinput["shared_folder"])
    if _KEY not in config.stash:
        config.stash[_KEY] = Path(tempfile.mkdtemp(prefix="portal-run-"))
    return config.stash[_KEY]


def remove(config: pytest.Config) -> None:
    """Remove the folder, and the databases that it names; only the first process does."""
    if hasattr(config, "workerinput") or _KEY not in config.stash:
        return
    folder = config.stash[_KEY]
    with suppress(psycopg.OperationalError):
        for file in folder.glob(f"*{_DATABASE}"):
            with postgres.connect() as server:
                postgres.drop(server, file.read_text())
    shutil.rmtree(folder, ignore_errors=True)


def once(file: Path, make: Callable[[Path], None]) -> Path:
    """
    Return a file, which is made by the first process that asks for it.

    `make` gets the path to write to. Where it raises, the next one tries again.
    """
    with _turn(file.with_name(f"{file.name}.lock")):
        if not file.exists():
            half = file.with_name(f"{file.name}.half")
            make(half)
            half.rename(file)
    return file


def database_once(folder: Path, name: str, make: Callable[[str], None]) -> str:
    """Return the name of a database of this server; `make` gets it, and creates it."""

    def note(half: Path) -> None:
        made = f"portal_test_{name}_{folder.name.rpartition('-')[2].lower()}"
        make(made)
        half.write_text(made)

    return once(folder / f"{name}{_DATABASE}", note).read_text()


@contextmanager
def _turn(lock: Path) -> Iterator[None]:
    """Within this block no other process is in one with the same lock."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
