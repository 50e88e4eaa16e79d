"""Everything on one machine with the embedded defaults: what `./run` hands over to."""

import contextlib
import fcntl
import math
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Final
from urllib.parse import urlsplit

import django
from cryptography.fernet import Fernet
from django.core.management import call_command

from portal.alive import is_up
from portal.environment import Environment

FOLDER: Final = Path(__file__).resolve().parent.parent
STATE: Final = FOLDER / "var"
CONFIGURATION: Final = "portal/supervisord.conf"
UP_SECONDS: Final = 90


def main() -> None:
    """Prepare, start, say where, and stay until told to stop; exit code 1 on failure."""
    os.chdir(FOLDER)
    (STATE / "log").mkdir(parents=True, exist_ok=True)
    STATE.chmod(0o700)
    with _only_one():
        write_keys(FOLDER / ".env")
        _set_environment()
        _prepare()
        _serve()


@contextlib.contextmanager
def _only_one() -> Iterator[None]:
    with (STATE / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("The portal already runs from this folder. Stop it there first.")
        yield


def write_keys(dotenv: Path) -> None:
    """Write fresh keys that only the owner may read, unless the file is there."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        descriptor = os.open(dotenv, flags, mode=0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(
            "# Written by ./run at its first start. .env.example explains the rest.\n"
            f"SECRET_KEY={secrets.token_urlsafe(50)}\n"
            f"ENCRYPTION_KEYS={Fernet.generate_key().decode()}\n"
            f"INSTALLATION_ID={uuid.uuid4()}\n"
            f"PUBLIC_URL={_address()}\n"
        )


def _address() -> str:
    return f"http://127.0.0.1:{os.environ['PORT']}"


def _set_environment() -> None:
    """Fill in what the programs of supervisord.conf and their settings are to find."""
    env = Environment(FOLDER / ".env")
    if urlsplit(env.text("PUBLIC_URL", _address())).hostname == "127.0.0.1":
        os.environ["PUBLIC_URL"] = _address()  # PORT may differ from the first start's
    else:
        os.environ["PUBLIC_URL"] = env.text("PUBLIC_URL")
    call = env.above_zero("CONNECT_TIMEOUT", 5) + env.above_zero("READ_TIMEOUT", 60)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "SIMULATOR_BUILD_SECONDS": str(env.above_zero("SIMULATOR_BUILD_SECONDS", 20)),
        "SIMULATOR_PORT": str(_free_port()),
        "WORKER_STOP_SECONDS": str(math.ceil(call) + 15),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _prepare() -> None:
    _say("Preparing the database and the pages ...")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    simulator = f"http://127.0.0.1:{os.environ['SIMULATOR_PORT']}"
    call_command("seed_demo", simulator_url=simulator, verbosity=0)


def _serve() -> None:
    stop = _Stop()
    with (STATE / "log" / "supervisord.log").open("a") as log:
        supervisor = subprocess.Popen(  # noqa: S603 (nothing in it is anybody's input)
            [sys.executable, "-m", "supervisor.supervisord", "-c", CONFIGURATION],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C must reach only us: we then stop everything in good order.
            start_new_session=True,
        )
    if _comes_up(supervisor, stop):
        _greet()
        while supervisor.poll() is None and not stop.asked:
            time.sleep(0.1)
    supervisor.terminate()
    _say("Stopping; calls to the cloud that have begun are waited for ...")
    supervisor.wait()
    if not stop.asked:
        sys.exit("The portal stopped by itself. The folder var/log says why.")


class _Stop:
    """Remembers that somebody asked us to stop: Ctrl-C, SIGTERM, a closed terminal."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked = True


def _comes_up(supervisor: subprocess.Popen[bytes], stop: _Stop) -> bool:
    deadline = time.monotonic() + UP_SECONDS
    while supervisor.poll() is None and not stop.asked and time.monotonic() < deadline:
        if is_up():
            return True
        time.sleep(0.1)
    return False


def _greet() -> None:
    """Print the address and one line `USER PASSWORD` for each person of the demo."""
    _say(
        f"The portal runs at {os.environ['PUBLIC_URL']} (Ctrl-C stops it). Sign in as:"
    )
    with contextlib.suppress(FileNotFoundError):
        _say((STATE / "demo-logins").read_text(encoding="utf-8").rstrip())


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:  # while preparing: nothing runs yet
        sys.exit(130)
