"""The deadline of a whole call: one thread shuts the sockets of calls that pass theirs."""

import contextlib
import heapq
import itertools
import os
import socket
import threading
import time
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Protocol, Self


class HasDescriptor(Protocol):
    """A socket, plain or TLS, or TLS within TLS."""

    def fileno(self) -> int:
        """Return the file descriptor."""


class CallDeadline:
    """
    The total time of one call: connects, TLS, repeats, headers and body together.

    A timeout of a socket starts anew with every byte, so a server that sends slowly
    never reaches it. Used as a context manager; connections that the thread makes
    meanwhile find it by `running`. At the deadline the sockets of the call are shut,
    which ends whatever waits for them.
    """

    def __init__(self, seconds: float) -> None:
        self.deadline = time.monotonic() + seconds
        self.has_passed = False
        self._is_over = False
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._token: Token[CallDeadline | None] | None = None

    def __enter__(self) -> Self:
        self._token = _running.set(self)
        _watchdog.watch(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._token is not None:
            _running.reset(self._token)
        with self._lock:
            self._is_over = True
            for duplicate in self._sockets:
                duplicate.close()
            self._sockets.clear()

    def remaining(self) -> float:
        """Return the seconds that are left, never less than 0."""
        return max(0.0, self.deadline - time.monotonic())

    def attach(self, connection: HasDescriptor) -> None:
        """
        Shut this connection at the deadline, or now if it has passed.

        The descriptor is duplicated: wrapping in TLS takes it out of the first socket
        object, and a bare number might be somebody else's by the time it is shut.
        """
        # The family does not matter for a shutdown; given, nothing needs to be detected.
        duplicate = socket.socket(
            socket.AF_INET, socket.SOCK_STREAM, 0, fileno=os.dup(connection.fileno())
        )
        with self._lock:
            if self._is_over:
                duplicate.close()
                return
            self._sockets.append(duplicate)
            if self.has_passed:
                _shut(duplicate)

    def cut(self) -> None:
        """End the call, unless it is over; for the watchdog."""
        with self._lock:
            if self._is_over:
                return
            self.has_passed = True
            for duplicate in self._sockets:
                _shut(duplicate)


def running() -> CallDeadline | None:
    """Return the deadline of the call that this thread is making."""
    return _running.get()


def _shut(connection: socket.socket) -> None:
    # It may be closed at the other end already, which is just as well.
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class _Watchdog:
    """One daemon thread for all calls; it starts with the first one."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._numbers = itertools.count()
        self._calls: list[tuple[float, int, CallDeadline]] = []
        self._thread: threading.Thread | None = None

    def watch(self, call: CallDeadline) -> None:
        with self._condition:
            heapq.heappush(self._calls, (call.deadline, next(self._numbers), call))
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="cloud-call-deadlines", daemon=True
                )
                self._thread.start()
            elif self._calls[0][2] is call:
                self._condition.notify()

    def _run(self) -> None:
        while True:
            self._next_due().cut()

    def _next_due(self) -> CallDeadline:
        with self._condition:
            while True:
                left = self._calls[0][0] - time.monotonic() if self._calls else None
                if left is not None and left <= 0:
                    return heapq.heappop(self._calls)[2]
                self._condition.wait(left)


def _start_anew() -> None:
    # A forked child has no thread, and a lock that another thread of its parent held.
    global _watchdog  # noqa: PLW0603 - the one watchdog of this process
    _watchdog = _Watchdog()


_running: ContextVar[CallDeadline | None] = ContextVar(
    "running_call_deadline", default=None
)
_watchdog = _Watchdog()
os.register_at_fork(after_in_child=_start_anew)
