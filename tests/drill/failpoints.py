"""The places in the product's code where a drill strikes, and what it does there."""

import functools
import importlib
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from tests.drill import clock_shift

_PAUSE = 0.01
_STANDSTILL = 0.2


class Action(StrEnum):
    """What happens to the worker, or to the thread, that reaches a point."""

    KILL = "kill"
    """The process dies as in a power cut."""
    KILL_SOON = "kill_soon"
    """The same, up to some thousandths of a second later, while the call runs."""
    STOP = "stop"
    """The process stands still until somebody lets it go on."""
    TERM = "term"
    """The process is asked to end, and gets the time to hear it."""
    HOLD = "hold"
    """The thread waits until somebody removes the file `held`."""
    JUMP = "jump"
    """The clock that Python reads jumps, see `clocks`."""


@dataclass(frozen=True, kw_only=True)
class Failpoint:
    """
    The `nth` call of a function, before it begins or after it returned.

    `where` is written ``package.module:name`` or ``package.module:Class.name``, as the
    caller finds it. With `within`, only calls that such a function makes are counted.
    """

    where: str
    act: Action
    after: bool = False
    nth: int = 1
    within: str = ""
    argument: float = 0.0


def install(point: Failpoint, reached: Path) -> None:
    """
    Wrap the function in this process; who reaches the point says so in the file first.

    :raises AttributeError: if the product has no such function (any more)
    """
    owner, name = _found(point.where)
    original = getattr(owner, name)
    strike = _Strike(point, reached)
    if point.within:
        strike.watches(point.within)

    @functools.wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        is_due = strike.is_due()
        if is_due and not point.after:
            strike()
        result = original(*args, **kwargs)
        if is_due and point.after:
            strike()
        return result

    setattr(owner, name, wrapped)


class _Strike:
    def __init__(self, point: Failpoint, reached: Path) -> None:
        self._point = point
        self._reached = reached
        self._calls = 0
        self._lock = threading.Lock()
        self._inside: threading.local | None = None

    def watches(self, where: str) -> None:
        """Count only calls while this other function runs in the same thread."""
        inside = self._inside = threading.local()
        owner, name = _found(where)
        original = getattr(owner, name)

        @functools.wraps(original)
        def entered(*args: Any, **kwargs: Any) -> Any:
            inside.depth = getattr(inside, "depth", 0) + 1
            try:
                return original(*args, **kwargs)
            finally:
                inside.depth -= 1

        setattr(owner, name, entered)

    def is_due(self) -> bool:
        """Whether this very call is the one."""
        if self._inside is not None and not getattr(self._inside, "depth", 0):
            return False
        with self._lock:
            self._calls += 1
            return self._calls == self._point.nth

    def __call__(self) -> None:
        tell(self._reached, self._point.where)
        _ACTS[self._point.act](self._point, self._reached)


def tell(reached: Path, what: str) -> None:
    """Append a line that outlives this process, however it ends."""
    descriptor = os.open(reached, os.O_WRONLY | os.O_CREAT | os.O_APPEND, mode=0o600)
    try:
        os.write(descriptor, f"{what}\n".encode())
    finally:
        os.close(descriptor)


def held(reached: Path) -> Path:
    """Return the file whose removal lets a held thread go on."""
    return reached.with_suffix(".held")


def _found(where: str) -> tuple[Any, str]:
    module, _, path = where.partition(":")
    owner: Any = importlib.import_module(module)
    *outer, name = path.split(".")
    for each in outer:
        owner = getattr(owner, each)
    return owner, name


def _kill(_point: Failpoint, _reached: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _kill_soon(point: Failpoint, _reached: Path) -> None:
    def later() -> None:
        time.sleep(point.argument)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=later, daemon=True).start()


def _stop(_point: Failpoint, _reached: Path) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)
    # The kernel stops threads one after another: this one must not get any further.
    time.sleep(_STANDSTILL)


def _term(point: Failpoint, _reached: Path) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    # Celery hears it in its main thread, which has other things to do.
    time.sleep(point.argument)


def _hold(_point: Failpoint, reached: Path) -> None:
    file = held(reached)
    file.touch()
    while file.exists():
        time.sleep(_PAUSE)


def _jump(point: Failpoint, _reached: Path) -> None:
    clock_shift.shift(point.argument)


_ACTS: dict[Action, Callable[[Failpoint, Path], None]] = {
    Action.KILL: _kill,
    Action.KILL_SOON: _kill_soon,
    Action.STOP: _stop,
    Action.TERM: _term,
    Action.HOLD: _hold,
    Action.JUMP: _jump,
}
