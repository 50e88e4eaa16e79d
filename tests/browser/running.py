"""The whole portal as `./run` starts it, in a clean copy of this checkout."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import requests

from tests.services.stack import ROOT, free_port, wait_for

START_SECONDS: Final = 300
"""Long enough for the packages to be installed on a slow day."""
QUICK: Final = {
    "POLL_SECONDS": "1",
    "RECONCILE_SECONDS": "1",
    "CATALOG_SECONDS": "5",
    "SIMULATOR_BUILD_SECONDS": "3",
    "CONNECT_TIMEOUT": "2",
    "READ_TIMEOUT": "5",
}
_LOGIN: Final = re.compile(r"^([a-z]+) (\S+)$", re.M)


class NotInstalled(AssertionError):
    """`./run` could not get its packages; says what pip said last."""


@dataclass
class Portal:
    """A running portal: where it is, and who may sign in with which password."""

    folder: Path
    url: str
    passwords: dict[str, str]
    process: "subprocess.Popen[bytes]"

    @property
    def simulator_url(self) -> str:
        """Where the simulator of the demo listens, as `./run` wrote it to `demo`."""
        question = "SELECT css_url FROM clusters_cloudproject WHERE name = ?"
        return self._one(question, "demo")

    def path_of(self, name: str) -> str:
        """Return the path of the page of the request of this name."""
        question = "SELECT id FROM clusters_clusterrequest WHERE name = ?"
        return f"/requests/{UUID(self._one(question, name))}/"

    def verify_audit(self) -> None:
        """Check the history, as somebody with a console does."""
        subprocess.run(
            [".venv/bin/python", "manage.py", "verify_audit"],
            cwd=self.folder,
            env=environment_of_a_person(DEBUG="on"),
            check=True,
        )

    @contextmanager
    def check_that_found(self, finding: str) -> Iterator[None]:
        """Let the newest check of the history have found this, for a moment."""
        self._let_it_find(finding)
        yield
        self._let_it_find("")

    def _let_it_find(self, finding: str) -> None:
        newest = "SELECT max(id) FROM clusters_auditcheck WHERE ended_at IS NOT NULL"
        change = f"UPDATE clusters_auditcheck SET finding = ? WHERE id = ({newest})"  # noqa: S608
        with closing(sqlite3.connect(self._file)) as database, database:
            database.execute(change, (finding,))

    @property
    def _file(self) -> Path:
        return self.folder / "var" / "portal.sqlite3"

    def _one(self, question: str, *values: str) -> str:
        with closing(sqlite3.connect(self._file)) as database:
            answer: str = database.execute(question, values).fetchone()[0]
        return answer

    def calls(self) -> dict[str, Any]:
        """Return the simulator's journal."""
        answer = requests.get(f"{self.simulator_url}/_simulator/calls", timeout=60)
        journal: dict[str, Any] = answer.json()
        return journal

    def creates(self, name: str) -> list[dict[str, Any]]:
        """Return the creates of this name that reached the simulator."""
        return [
            call
            for call in self.calls()["creates"]
            if call["body"]["cluster"]["name"] == name
        ]

    def inject(self, fault: str) -> None:
        """Inject a fault for the next create of the simulator."""
        url = f"{self.simulator_url}/_simulator/faults"
        requests.put(url, json={"next_create": fault}, timeout=60).raise_for_status()


def copy_checkout(folder: Path) -> None:
    """Copy what a clean checkout has: nothing that git ignores."""
    ignored = [
        line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines()
    ]
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".git", *ignored))


@contextmanager
def running(folder: Path, *command: str, **changes: str) -> Iterator[Portal]:
    """
    Start the portal in this folder, and leave nothing of it running afterwards.

    :raises NotInstalled: if it ends because no package index is in reach
    """
    port = free_port()
    output = folder.with_suffix(".out")
    with output.open("w") as out:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment_of_a_person(PORT=str(port), **QUICK, **changes),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        passwords = wait_for(_greeting(process, output), seconds=START_SECONDS)
        yield Portal(folder, f"http://127.0.0.1:{port}", passwords, process)
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)
    assert code == 0, output.read_text()
    assert_nothing_runs_in(folder)


def assert_nothing_runs_in(folder: Path) -> None:
    """Fail, and clean up, where a process still works in this folder."""
    left = _processes_in(folder)
    for number in left:
        os.kill(number, signal.SIGKILL)
    assert not left, f"{len(left)} processes outlived ./run"


def _greeting(
    process: "subprocess.Popen[bytes]", output: Path
) -> Callable[[], dict[str, str]]:
    """Return what answers the logins, once the address and they are printed."""

    def read_logins() -> dict[str, str]:
        ended, said = process.poll(), output.read_text()
        pip, failed, _ = said.partition("\nThe packages of requirements.txt could not")
        if ended and failed:
            raise NotInstalled(pip.splitlines()[-1])
        assert ended is None, said
        where = said.find("The portal runs at http://127.0.0.1:")
        logins = dict(_LOGIN.findall(said, max(where, 0)))
        return logins if where >= 0 and len(logins) == 5 else {}

    return read_logins


def environment_of_a_person(**changes: str) -> dict[str, str]:
    """What a person's shell has: no settings of the tests, or of the Python they run on."""
    ours = re.findall(r"^#?\s?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not {name, name.removesuffix("_FILE")} & set(ours)
        and not name.startswith(("DJANGO_", "PYTEST_", "PYTHON"))
    }
    return {**kept, **changes}


def _processes_in(folder: Path) -> list[int]:
    """Return who works in this folder; who is just ending gets a moment for it."""
    found: list[int] = []
    for _ in range(20):
        found = [
            int(each.name)
            for each in Path("/proc").glob("[0-9]*")
            if _is_in(each, folder)
        ]
        if not found:
            break
        time.sleep(0.1)
    return found


def _is_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").readlink().is_relative_to(folder)
    except OSError:  # it ended, or it is somebody else's
        return False
