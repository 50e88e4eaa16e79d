"""
Forks processes on order, so that they start quickly and inherit nothing in use.

It has loaded the product and its settings, but no connection and no second thread: what
it forks is as clean as a process that was just started.
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

_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG


@dataclass(frozen=True, kw_only=True)
class ForkRequest:
    """A function that is to be a process of its own, and where its words go."""

    target: Callable[..., None]
    arguments: tuple[Any, ...]
    log: Path


def run_beside(play: Callable[[Connection], None]) -> None:
    """Fork `play` with a line to order processes by; return when it and they ended."""
    here, there = Pipe()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
    player = _fork(lambda: play(there), log=None)
    there.close()
    children = [player]
    try:
        _serve(here, children)
    finally:
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)


def die_with_parent() -> None:
    """Have the kernel end this process when the one that started it ends (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def _serve(orders: Connection, children: list[int]) -> None:
    while True:
        try:
            order: ForkRequest = orders.recv()
        except EOFError:
            return
        child = _fork(partial(order.target, *order.arguments), log=order.log)
        children.append(child)
        orders.send(child)


def _fork(run: Callable[[], None], *, log: Path | None) -> int:
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        _settle_in(log)
        run()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - it must not go on as its parent
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _settle_in(log: Path | None) -> None:
    die_with_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if log is None:
        return
    nothing = os.open(os.devnull, os.O_RDONLY)
    words = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, mode=0o600)
    for source, target in ((nothing, 0), (words, 1), (words, 2)):
        os.dup2(source, target)
