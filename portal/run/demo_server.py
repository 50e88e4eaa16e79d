"""`./run`: prepare the demo or small installation on one machine, then run it."""

import errno
import fcntl
import math
import os
import secrets
import shutil
import sys
import uuid
from pathlib import Path
from typing import Final

import django
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import OperationalError

from portal.environment import Environment
from portal.run.own_place import isolate_environment, set_variables
from portal.run.simulator_port import persistent_port

FOLDER: Final = Path(__file__).resolve().parents[2]
STATE: Final = FOLDER / "var"


def main() -> None:
    """Prepare, then exec `attending.py`, which starts and stops the programs."""
    os.chdir(FOLDER)
    (STATE / "log").mkdir(parents=True, exist_ok=True)
    STATE.chmod(0o700)
    lock = _take_run_lock()
    write_keys(FOLDER / ".env")
    if ignored := isolate_environment(FOLDER / ".env", address=_address()):
        _print(f"./run keeps to its own folder and does not use: {', '.join(ignored)}.")
    _set_environment()
    _prepare()
    command = [sys.executable, "portal/run/foreground.py", str(lock), *_logins()]
    sys.stdout.flush()  # exec would lose buffered output
    os.execv(command[0], command)  # noqa: S606 - nothing in it is anybody's input


def _take_run_lock() -> int:
    """
    Return the descriptor of the folder's lock, which survives exec; exit if it is
    taken.
    """
    lock = os.open(STATE / "run.lock", os.O_WRONLY | os.O_CREAT, mode=0o600)
    os.set_inheritable(lock, True)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("The portal already runs from this folder. Stop it there first.")
    return lock


def write_keys(dotenv: Path) -> None:
    """Write `.env` with new keys, mode 0600 and atomically, unless it exists."""
    if dotenv.exists():
        return
    draft = dotenv.with_name(f"{dotenv.name}.new")
    draft.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(draft, flags, mode=0o600), "w", encoding="utf-8") as file:
        file.write(
            "# Written by ./run at its first start. .env.example explains the rest.\n"
            f"SECRET_KEY={secrets.token_urlsafe(50)}\n"
            f"ENCRYPTION_KEYS={Fernet.generate_key().decode()}\n"
            f"INSTALLATION_ID={uuid.uuid4()}\n"
            f"PUBLIC_URL={_address()}\n"
        )
    draft.rename(dotenv)


def _address() -> str:
    return f"http://127.0.0.1:{os.environ['PORT']}"


def _set_environment() -> None:
    """Set the variables that supervisord.conf and the programs' settings read."""
    env = Environment(FOLDER / ".env")
    call = env.positive_number("CONNECT_TIMEOUT", 5) + env.positive_number(
        "READ_TIMEOUT", 60
    )
    hosts = env.names("ALLOWED_CLOUD_HOSTS", [])
    values = {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "ALLOWED_CLOUD_HOSTS": ",".join(["127.0.0.1", *hosts]),
        "SIMULATOR_BUILD_SECONDS": str(
            env.positive_number("SIMULATOR_BUILD_SECONDS", 20)
        ),
        "SIMULATOR_PORT": str(
            persistent_port(STATE / "simulator-port", exclude=int(os.environ["PORT"]))
        ),
        "WORKER_STOP_SECONDS": str(math.ceil(call) + 15),
    }
    set_variables(values)


def _prepare() -> None:
    _print("Preparing the database and the pages ...")
    django.setup()
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except CommandError as error:  # a worker of the release before still runs
        sys.exit(str(error))
    _collect_pages()
    simulator = f"http://127.0.0.1:{os.environ['SIMULATOR_PORT']}"
    try:
        call_command("seed_demo", simulator_url=simulator, verbosity=0)
    except CommandError as error:
        sys.exit(str(error))


def _collect_pages() -> None:
    try:
        call_command("collectstatic", interactive=False, verbosity=0)
    except OSError:
        # A truncated file is newer than its source, so collectstatic would keep it.
        shutil.rmtree(STATE / "static", ignore_errors=True)
        raise


def _logins() -> list[str]:
    """Return the path of the demo's logins; without a demo, disable the simulator."""
    from clusters.demo.demo_project import find_marker  # noqa: PLC0415 (after setup)

    has_demo = find_marker() is not None
    os.environ["HAS_DEMO"] = "true" if has_demo else "false"
    if not has_demo:
        os.environ["SIMULATOR_PORT"] = ""
    return [str(STATE / "demo-logins")] if has_demo else []


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _is_full(error: Exception) -> bool:
    """Whether the error means a full disk; SQLite reports it in its message only."""
    number = error.errno if isinstance(error, OSError) else None
    return number in (errno.ENOSPC, errno.EDQUOT) or "disk is full" in str(error)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:  # while preparing: nothing runs yet
        sys.exit(130)
    except (OSError, OperationalError) as problem:
        if not _is_full(problem):
            raise
        sys.exit("The disk is full. Make room on it, then ./run again.")
