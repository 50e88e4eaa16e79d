"""A PostgreSQL of a test's own and its standby, run as an unprivileged user."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.services.stack import free_port

SECONDS = 60
USER = "postgres" if os.geteuid() == 0 else None
"""Who runs the servers: `initdb` refuses root."""


def binaries() -> Path | None:
    """Return the folder of the server's programs, the newest version's."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve())
    return found[-1].parent if found else None


class Pair:
    """A primary and a copy of it; one of them listens at `url` at a time."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="portal-promotion-"))
        if USER:
            shutil.chown(self._folder, USER)
        self._port = free_port()
        self._primary, self._standby = self._folder / "one", self._folder / "two"
        self.url = (
            f"postgres://{USER or os.environ['USER']}@127.0.0.1:{self._port}/portal"
        )

    def start(self) -> None:
        """Make the primary and an empty database, and start it."""
        self._run("initdb", "--pgdata", str(self._primary), "--auth", "trust")
        self._control(self._primary, "start")
        self._run("createdb", *self._address, "portal")

    def copy(self) -> None:
        """Make the standby as the primary is now; later commits never reach it."""
        folder = ("--pgdata", str(self._standby))
        self._run("pg_basebackup", *self._address, *folder, "--checkpoint", "fast")

    def promote(self) -> None:
        """Stop the primary at once and promote the standby in its place."""
        self._control(self._primary, "stop", "--mode", "immediate")
        (self._standby / "standby.signal").touch()
        if USER:
            shutil.chown(self._standby / "standby.signal", USER)
        self._control(self._standby, "start")
        self._control(self._standby, "promote")

    def remove(self) -> None:
        """Stop whatever runs and delete the files."""
        for data in (self._primary, self._standby):
            if (data / "postmaster.pid").exists():
                self._control(data, "stop", "--mode", "immediate")
        shutil.rmtree(self._folder)

    @property
    def _address(self) -> tuple[str, ...]:
        return ("--host", "127.0.0.1", "--port", str(self._port))

    def _control(self, data: Path, what: str, *arguments: str) -> None:
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -k {self._folder}"
        words = ("--options", options) if what == "start" else ()
        log = ("--log", str(self._folder / "log")) if what == "start" else ()
        self._run(
            "pg_ctl", what, "--pgdata", str(data), "--wait", *words, *log, *arguments
        )

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            user=USER,
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
