"""What reads settings before a package is installed: `./run` its port, the health check."""

import codecs
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.portal.test_env_example import ROOT, listed

HELD = (
    "run",
    "portal/install.sh",
    "portal/healthcheck.py",
    "portal/environment/sources.py",
)
DOTENVS = {
    "plain": b"PORT=%d\n",
    "a mark and CRLF": codecs.BOM_UTF8 + b"PORT=%d\r\nSECRET_KEY=x\r\n",
    "quotes": b'PORT="%d"\n',
    "export": b"export PORT=%d\n",
    "blanks": b"PORT = %d \n",
    "a file": b"PORT_FILE=port\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The few files that these need, and a Python with no packages."""
    for name in HELD:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def healthy() -> Iterator[int]:
    """The port of a web that is up."""

    class Healthy(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/livez" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Healthy) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def run(folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    ours = {each for name in listed() for each in (name, f"{name}_FILE")}
    return subprocess.run(
        command,
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name not in ours},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("dotenv", DOTENVS.values(), ids=DOTENVS)
class TestPort:
    def test_of_dotenv_is_the_one_that_run_takes(
        self, folder: Path, taken: int, dotenv: bytes
    ) -> None:
        write(folder, dotenv, taken)
        done = run(folder, "/bin/sh", "run")
        assert done.returncode == 1
        assert done.stderr.startswith(f"Port {taken} is in use.")
        assert not (folder / ".venv").exists()

    def test_of_dotenv_is_the_one_that_the_health_check_asks(
        self, folder: Path, healthy: int, dotenv: bytes
    ) -> None:
        write(folder, dotenv, healthy)
        done = run(folder, sys.executable, "-I", "portal/healthcheck.py")
        assert (done.returncode, done.stderr) == (0, "")


def write(folder: Path, dotenv: bytes, port: int) -> None:
    (folder / "port").write_text(f"{port}\n")
    (folder / ".env").write_bytes(dotenv % port if b"%d" in dotenv else dotenv)


class TestRun:
    def test_says_of_a_dotenv_in_utf_16_what_to_do(self, folder: Path) -> None:
        (folder / ".env").write_bytes("PORT=8000\n".encode("utf-16"))
        done = run(folder, "/bin/sh", "run")
        assert done.returncode == 1
        assert done.stderr == ".env: '.env' is not text in UTF-8. Save it as UTF-8.\n"
