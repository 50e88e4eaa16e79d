"""
Start a program that ends when its parent does, whatever ends that.

    PARENT_PID=PARENT python -IS portal/run/parent_watch.py SIGNAL PROGRAM [ARGUMENT ...]

The program is sent SIGNAL. Programs that it starts through this file in turn end with
it. Run as a file, with few imports, so that the start is fast.
"""

import ctypes
import os
import signal
import sys
import time
from pathlib import Path
from typing import Final

PARENT: Final = "PARENT_PID"
"""Name of the variable that holds the parent's process id, set by the parent."""

_PR_SET_PDEATHSIG: Final = 1
_CHECK_SECONDS: Final = 0.5


def main() -> None:
    """
    Replace this process by the program; exit with a message if the parent has ended.
    """
    name, *command = sys.argv[1:]
    end_with_parent(signal.Signals[name], to=int(os.environ[PARENT]))
    os.environ[PARENT] = str(os.getpid())
    os.execvp(command[0], command)  # noqa: S606 (nothing in it is anybody's input)


def end_with_parent(number: signal.Signals, *, to: int) -> None:
    """
    Have signal `number` sent to this process when its parent `to` ends, also after exec.

    On Linux by `prctl(PR_SET_PDEATHSIG)` (man 2 prctl), elsewhere by a forked watcher.
    """
    if not _kernel_sends(number):
        fork_watcher(number, to=to)
    # Checked afterwards: for a parent that ended before the call, no signal is sent.
    if os.getppid() != to:
        sys.exit("Whoever started this has ended.")


def _kernel_sends(number: signal.Signals) -> bool:
    """Set PR_SET_PDEATHSIG; False if the system is not Linux or refuses."""
    if not sys.platform.startswith("linux"):
        return False
    refused: int = ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    return not refused


def fork_watcher(number: signal.Signals, *, to: int) -> None:
    """Fork a process that polls `to` twice a second and signals this process."""
    watched = os.getpid()
    if os.fork():
        return
    os.setpgid(0, 0)  # or the signals of a terminal would end the watcher first
    with Path(os.devnull).open("r+b", buffering=0) as nowhere:
        for descriptor in range(3):  # it must not keep the program's log pipe open
            os.dup2(nowhere.fileno(), descriptor)
    while os.getppid() == watched:
        if not _is_running(to):
            os.kill(watched, number)
            break
        time.sleep(_CHECK_SECONDS)
    os._exit(0)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main()
