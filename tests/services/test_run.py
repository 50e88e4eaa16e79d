"""What `./run` promises about its folder: one port, one demo, and nothing left behind."""

import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from portal.run.simulator_port import is_free
from tests.browser.running import environment_of_a_person, running
from tests.services.small_disk import checkout, commands_in, kill
from tests.services.stack import free_port, wait_for

pytestmark = [pytest.mark.services, pytest.mark.nightly]

COMMAND = (".venv/bin/python", "-m", "portal.run.demo_server")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A copy of this checkout, in which nothing runs afterwards."""
    yield checkout(tmp_path / "portal")
    kill(set(commands_in(tmp_path / "portal")))


def start(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Start it where it will not come up; returns what it printed."""
    return subprocess.run(
        COMMAND,
        cwd=folder,
        env=environment_of_a_person(PORT=str(free_port())),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def simulator_port(folder: Path) -> int:
    return int((folder / "var" / "simulator-port").read_text())


class TestEnd:
    @pytest.mark.parametrize(
        "who", ["portal/run/foreground.py", "portal/run/supervisor.py"]
    )
    def test_of_one_by_a_kill_is_the_end_of_all(self, folder: Path, who: str) -> None:
        output = folder.with_suffix(".out")
        port = free_port()
        with output.open("w") as out:
            process = subprocess.Popen(
                COMMAND,
                cwd=folder,
                env=environment_of_a_person(PORT=str(port)),
                stdout=out,
            )
        wait_for(lambda: "The portal runs at" in output.read_text())
        running_now = commands_in(folder)
        assert _holds_lock(running_now, "portal/run/supervisor.py")
        assert sum("celery" in line for line in running_now.values()) == 1
        kill({pid for pid, line in running_now.items() if who in line})
        assert process.wait(60) != 0
        wait_for(lambda: not commands_in(folder))
        assert is_free(port)
        assert is_free(simulator_port(folder))
        with running(folder, *COMMAND):  # the lock, too
            pass


class TestDemo:
    def test_stays_at_its_port_which_nobody_else_may_have_taken(
        self, folder: Path
    ) -> None:
        with running(folder, *COMMAND) as portal:
            address = portal.simulator_url
        port = simulator_port(folder)
        assert address == f"http://127.0.0.1:{port}"
        assert port < 32_768
        with running(folder, *COMMAND) as portal:
            assert portal.simulator_url == address
            assert portal.calls()["creates"] == []
        with closing(_listening(port)):
            done = start(folder)
        assert done.returncode == 1
        assert done.stderr.startswith(f"Port {port}, at which the simulator")
        assert len(done.stderr.splitlines()) == 1

    def test_is_not_made_in_a_database_of_somebody(self, folder: Path) -> None:
        shell = environment_of_a_person(PORT=str(free_port()), DEBUG="on")
        for command in (
            ("migrate", "--verbosity", "0"),
            ("createsuperuser", "--no-input", "--username", "alice", "--email", ""),
        ):
            subprocess.run(
                (".venv/bin/python", "manage.py", *command),
                cwd=folder,
                env={**shell, "DJANGO_SUPERUSER_PASSWORD": "correct horse battery"},
                check=True,
            )
        before = _people(folder)
        output = folder.with_suffix(".out")
        with output.open("w") as out:
            process = subprocess.Popen(COMMAND, cwd=folder, env=shell, stdout=out)
        try:
            wait_for(lambda: "The portal runs at" in output.read_text())
            said = output.read_text()
            assert "No demo data was made" in said
            assert "Sign in as:" not in said
            assert not any("simulator" in line for line in commands_in(folder).values())
            assert _people(folder) == before
        finally:
            process.terminate()
            assert process.wait(60) == 0


def _holds_lock(commands: dict[int, str], word: str) -> bool:
    """Whether whoever has this word in its command line keeps others from starting."""
    files = [
        file.readlink().name
        for pid, line in commands.items()
        if word in line
        for file in Path(f"/proc/{pid}/fd").iterdir()
    ]
    return "run.lock" in files


def _listening(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen()
    return listener


def _people(folder: Path) -> list[tuple[object, ...]]:
    file = folder / "var" / "portal.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        return database.execute("SELECT * FROM auth_user").fetchall()
