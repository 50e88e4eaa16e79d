"""
Foreground process of `./run`: start supervisord, print the address, stop in order.

Run as a file and not as a module: importing the package would load Celery and Django,
and keep them in memory for as long as the portal runs.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Final

LOG: Final = Path("var/log")
START_SECONDS: Final = 90
_IS_UP: Final = (sys.executable, "portal/healthcheck.py")
_SUPERVISOR: Final = (
    *(sys.executable, "-IS", "portal/run/parent_watch.py", "SIGTERM"),
    *(
        sys.executable,
        "-I",
        "portal/run/supervisor.py",
        "-c",
        "portal/supervisord.conf",
    ),
)
"""
If this process is killed, supervisord gets SIGTERM and stops its programs in order.
"""


def main() -> None:
    """
    Start supervisord, print the address, and wait for a signal to stop.

    Arguments: the descriptor of the folder's open lock file and, if there is a demo, the
    path of the file with its logins. Exit code 1 if the portal ended by itself.
    """
    lock, logins = int(sys.argv[1]), sys.argv[2:]
    stop = _Stop()
    supervisor = _start(lock)
    if _wait_until_up(supervisor, stop):
        _print_address(*logins)
        while supervisor.poll() is None and not stop.asked:
            time.sleep(0.1)
    supervisor.terminate()
    _print("Stopping; calls to the cloud that have begun are waited for ...")
    supervisor.wait()
    if not stop.asked:
        sys.exit("The portal stopped by itself. The folder var/log says why.")


def _start(lock: int) -> subprocess.Popen[bytes]:
    """
    Start supervisord, which inherits the lock: it is free when everything has ended.
    """
    os.environ["PARENT_PID"] = str(os.getpid())
    with (LOG / "start.log").open("w") as log:  # only errors before its own log is open
        return subprocess.Popen(  # noqa: S603 (nothing in it is anybody's input)
            _SUPERVISOR,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock],
            # Ctrl-C must reach this process only, which then stops everything in order.
            start_new_session=True,
        )


class _Stop:
    """
    Records a request to stop: Ctrl-C (SIGINT), SIGTERM or a closed terminal (SIGHUP).
    """

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
                signal.signal(number, self._ask)

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked = True


def _wait_until_up(supervisor: subprocess.Popen[bytes], stop: _Stop) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while supervisor.poll() is None and not stop.asked and time.monotonic() < deadline:
        if subprocess.run(_IS_UP, check=False).returncode == 0:  # noqa: S603 - ours
            return True
        time.sleep(0.1)
    return False


def _print_address(logins: str = "") -> None:
    """Print the address and one line `USER PASSWORD` for each person of the demo."""
    where = f"The portal runs at {os.environ['PUBLIC_URL']} (Ctrl-C stops it)."
    if not logins:
        _print(where)
        return
    _print(f"{where} Sign in as:")
    with contextlib.suppress(FileNotFoundError):
        _print(Path(logins).read_text(encoding="utf-8").rstrip())


def _print(text: str) -> None:
    # The terminal may be gone; the portal runs, and stops in order, all the same.
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
