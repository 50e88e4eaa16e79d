"""
What stays of `./run`: starts supervisord, says where the portal is, stops it in order.

Run as a file and not as a module: the package would load Celery and Django, which would
then lie in memory for as long as the portal runs.
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
UP_SECONDS: Final = 90
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
"""When we are killed, it stops everything in good order."""


def main() -> None:
    """
    Start, say where, and stay until told to stop; exit code 1 on failure.

    Takes the number of the open lock of the folder, and the file with the demo's logins
    where there is a demo.
    """
    lock, logins = int(sys.argv[1]), sys.argv[2:]
    stop = _Stop()
    supervisor = _start(lock)
    if _comes_up(supervisor, stop):
        _greet(*logins)
        while supervisor.poll() is None and not stop.asked:
            time.sleep(0.1)
    supervisor.terminate()
    _say("Stopping; calls to the cloud that have begun are waited for ...")
    supervisor.wait()
    if not stop.asked:
        sys.exit("The portal stopped by itself. The folder var/log says why.")


def _start(lock: int) -> subprocess.Popen[bytes]:
    """Start supervisord, which holds the lock, too: until it ends, things run here."""
    os.environ["BOUND_TO"] = str(os.getpid())
    with (LOG / "start.log").open("w") as log:  # only what keeps it from starting
        return subprocess.Popen(  # noqa: S603 (nothing in it is anybody's input)
            _SUPERVISOR,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock],
            # Ctrl-C must reach only us: we then stop everything in good order.
            start_new_session=True,
        )


class _Stop:
    """Remembers that somebody asked us to stop: Ctrl-C, SIGTERM, a closed terminal."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
                signal.signal(number, self._ask)

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked = True


def _comes_up(supervisor: subprocess.Popen[bytes], stop: _Stop) -> bool:
    deadline = time.monotonic() + UP_SECONDS
    while supervisor.poll() is None and not stop.asked and time.monotonic() < deadline:
        if subprocess.run(_IS_UP, check=False).returncode == 0:  # noqa: S603 - ours
            return True
        time.sleep(0.1)
    return False


def _greet(logins: str = "") -> None:
    """Print the address and one line `USER PASSWORD` for each person of the demo."""
    where = f"The portal runs at {os.environ['PUBLIC_URL']} (Ctrl-C stops it)."
    if not logins:
        _say(where)
        return
    _say(f"{where} Sign in as:")
    with contextlib.suppress(FileNotFoundError):
        _say(Path(logins).read_text(encoding="utf-8").rstrip())


def _say(text: str) -> None:
    # Nobody may be reading any more; the portal is to run, and to stop in order, all the
    # same.
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
