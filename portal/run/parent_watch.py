"""
Start a program that ends when its parent does, whatever ends that.

    BOUND_TO=PARENT python -IS portal/run/parent_watch.py SIGNAL PROGRAM [ARGUMENT ...]

The program gets the signal. What it starts through this file in turn is bound to it. Run
as a file: it must import nothing that would make a start slow.
"""

import ctypes
import os
import signal
import sys
import time
from pathlib import Path
from typing import Final

PARENT: Final = "BOUND_TO"
"""Names the variable with the parent's process id, as the parent itself wrote it."""

_PR_SET_PDEATHSIG: Final = 1
_LOOK_SECONDS: Final = 0.5


def main() -> None:
    """Become the program; exit with a sentence where the parent is gone already."""
    name, *command = sys.argv[1:]
    bind(signal.Signals[name], to=int(os.environ[PARENT]))
    os.environ[PARENT] = str(os.getpid())
    os.execvp(command[0], command)  # noqa: S606 (nothing in it is anybody's input)


def bind(number: signal.Signals, *, to: int) -> None:
    """Have this process get a signal when its parent `to` ends, also after an exec."""
    if not _kernel_sends(number):
        watch(number, to=to)
    # Only now: a parent that ended before the kernel was told sends nothing.
    if os.getppid() != to:
        sys.exit("Whoever started this has ended.")


def _kernel_sends(number: signal.Signals) -> bool:
    """Ask for the signal; False where the system does not know how (it is not Linux)."""
    if not sys.platform.startswith("linux"):
        return False
    refused: int = ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    return not refused


def watch(number: signal.Signals, *, to: int) -> None:
    """Fork somebody who looks twice a second, and sends the signal to this process."""
    watched = os.getpid()
    if os.fork():
        return
    os.setpgid(0, 0)  # else the signals of a terminal would end the watch first
    with Path(os.devnull).open("r+b", buffering=0) as nowhere:
        for descriptor in range(3):  # a log's pipe must end with the program
            os.dup2(nowhere.fileno(), descriptor)
    while os.getppid() == watched:
        if not _is_there(to):
            os.kill(watched, number)
            break
        time.sleep(_LOOK_SECONDS)
    os._exit(0)


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main()
