"""
Forks processes on request, so that they start quickly and inherit nothing that is in use.

The server has the product and its settings loaded, but no database connection and no
second thread: what it forks is as clean as a process that was just started.
"""

import contextlib
import ctypes
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any, Final

_PR_SET_PDEATHSIG: Final = 1  # prctl(2)


@dataclass(frozen=True, kw_only=True)
class ForkRequest:
    """A function to run in a process of its own, and the file for its output."""

    target: Callable[..., None]
    arguments: tuple[Any, ...]
    log: Path


def run_with_fork_server(run: Callable[[Connection], None]) -> None:
    """
    Fork `run`, and serve the requests that it sends until it has ended.

    It gets a connection that takes a ForkRequest and answers with the pid. All children
    are killed before this function returns.
    """
    here, there = Pipe()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps ended children
    client = _fork(lambda: run(there), log=None)
    there.close()
    children = [client]
    try:
        _serve(here, children)
    finally:
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends (Linux; elsewhere no-op)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _serve(requests: Connection, children: list[int]) -> None:
    while True:
        try:
            request: ForkRequest = requests.recv()
        except EOFError:
            return
        child = _fork(partial(request.target, *request.arguments), log=request.log)
        children.append(child)
        requests.send(child)


def _fork(run: Callable[[], None], *, log: Path | None) -> int:
    """Return the pid in the parent; in the child, run and exit."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        _set_up_child(log)
        run()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - the child must not continue as its parent
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _set_up_child(log: Path | None) -> None:
    die_with_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if log is None:
        return
    null = os.open(os.devnull, os.O_RDONLY)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, mode=0o600)
    for source, target in ((null, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
