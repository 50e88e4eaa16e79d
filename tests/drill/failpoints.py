"""
Failpoints: functions of the product in which a drill makes the worker fail.

A failpoint names a function, the call of it that counts, and what happens then. It is
put in once, before the worker starts, by replacing the function where its callers look
it up with a wrapper around it.
"""

import functools
import importlib
import os
import signal
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from tests.drill import clock_shift

_POLL_SECONDS: Final = 0.01
_STANDSTILL_SECONDS: Final = 0.2

_Function = Callable[..., Any]

_running: ContextVar[tuple[str, ...]] = ContextVar("running", default=())
"""The functions named by some `Failpoint.within` that the current thread is in."""


class Action(StrEnum):
    """What happens to the worker, or to the thread, that reaches a failpoint."""

    KILL = "kill"
    """SIGKILL: the process ends as in a power cut."""
    KILL_SOON = "kill_soon"
    """SIGKILL after `argument` seconds, while the call runs."""
    STOP = "stop"
    """SIGSTOP, until `Process.resume`."""
    TERM = "term"
    """SIGTERM; the thread then waits `argument` seconds, so that Celery handles it."""
    HOLD = "hold"
    """The thread waits until `hold_file` is removed (`Process.release`)."""
    JUMP = "jump"
    """The clock of the process is shifted by `argument` seconds, see `clock_shift`."""


@dataclass(frozen=True, kw_only=True)
class Failpoint:
    """
    The `nth` call of a function, before it begins or, with `after`, once it returned.

    `where` is ``package.module:name`` or ``package.module:Class.name``, as the callers
    find it. With `within`, written the same way, a call counts only while that other
    function runs in the same thread. `argument` is for the action: seconds.
    """

    where: str
    action: Action
    after: bool = False
    nth: int = 1
    within: str = ""
    argument: float = 0.0


def install(failpoint: Failpoint, reached: Path) -> None:
    """
    Put the failpoint into this process.

    Before the action, `where` is appended to the file `reached`, as a line.

    :raises AttributeError: if the product has no such function (any more)
    """
    if failpoint.within:
        _replace(
            failpoint.within, functools.partial(_mark_running, where=failpoint.within)
        )
    trigger = _Trigger(failpoint, reached)
    _replace(failpoint.where, trigger.watch_calls)


class _Trigger:
    """Counts the calls of one failpoint, in all threads, and acts at the right one."""

    def __init__(self, failpoint: Failpoint, reached: Path) -> None:
        self._failpoint = failpoint
        self._reached = reached
        self._calls = 0
        self._lock = threading.Lock()

    def watch_calls(self, function: _Function) -> _Function:
        """Return the function with this failpoint in it."""

        @functools.wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            is_due = self._is_due()
            if is_due and not self._failpoint.after:
                self._act()
            result = function(*args, **kwargs)
            if is_due and self._failpoint.after:
                self._act()
            return result

        return watched

    def _is_due(self) -> bool:
        """Count this call, if it counts; return whether it is the `nth`."""
        within = self._failpoint.within
        if within and within not in _running.get():
            return False
        with self._lock:
            self._calls += 1
            return self._calls == self._failpoint.nth

    def _act(self) -> None:
        append_line(self._reached, self._failpoint.where)
        _ACTIONS[self._failpoint.action](self._failpoint, self._reached)


def _mark_running(function: _Function, where: str) -> _Function:
    """Return the function so that `_running` has `where` as long as it runs."""

    @functools.wraps(function)
    def marked(*args: Any, **kwargs: Any) -> Any:
        before = _running.set((*_running.get(), where))
        try:
            return function(*args, **kwargs)
        finally:
            _running.reset(before)

    return marked


def _replace(where: str, wrap: Callable[[_Function], _Function]) -> None:
    owner, name = _resolve(where)
    setattr(owner, name, wrap(getattr(owner, name)))


def append_line(reached: Path, what: str) -> None:
    """Append a line by one write, which is kept even if the process is killed next."""
    descriptor = os.open(reached, os.O_WRONLY | os.O_CREAT | os.O_APPEND, mode=0o600)
    try:
        os.write(descriptor, f"{what}\n".encode())
    finally:
        os.close(descriptor)


def hold_file(reached: Path) -> Path:
    """Return the file whose removal lets a held thread continue."""
    return reached.with_suffix(".held")


def _resolve(where: str) -> tuple[Any, str]:
    """Return the module or class that holds the function, and its name there."""
    module, _, path = where.partition(":")
    owner: Any = importlib.import_module(module)
    *outer, name = path.split(".")
    for each in outer:
        owner = getattr(owner, each)
    return owner, name


def _kill(_failpoint: Failpoint, _reached: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _kill_soon(failpoint: Failpoint, _reached: Path) -> None:
    def later() -> None:
        time.sleep(failpoint.argument)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=later, daemon=True).start()


def _stop(_failpoint: Failpoint, _reached: Path) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)
    # The kernel stops threads one after another; this one must not continue before.
    time.sleep(_STANDSTILL_SECONDS)


def _term(failpoint: Failpoint, _reached: Path) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    # Celery handles it in its main thread, which takes a moment.
    time.sleep(failpoint.argument)


def _hold(_failpoint: Failpoint, reached: Path) -> None:
    file = hold_file(reached)
    file.touch()
    while file.exists():
        time.sleep(_POLL_SECONDS)


def _jump(failpoint: Failpoint, _reached: Path) -> None:
    clock_shift.shift(failpoint.argument)


_ACTIONS: dict[Action, Callable[[Failpoint, Path], None]] = {
    Action.KILL: _kill,
    Action.KILL_SOON: _kill_soon,
    Action.STOP: _stop,
    Action.TERM: _term,
    Action.HOLD: _hold,
    Action.JUMP: _jump,
}
