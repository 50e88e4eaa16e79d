"""
The deadline of a whole HTTP call.

A timeout of a socket starts again with every byte, so a server that sends slowly never
reaches it. Here one watchdog thread shuts down the sockets of a call whose time is over,
which ends whatever read or write waits for them.
"""

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
    """A socket: plain, TLS, or TLS within TLS (through a proxy)."""

    def fileno(self) -> int:
        """Return the file descriptor."""


class CallDeadline:
    """
    The total time of one call: connects, TLS handshakes, retries, headers and body.

    A context manager. Connections that the thread makes or reuses within it find it by
    `running` and attach their sockets.

    :param seconds: the time that the call may take
    :ivar deadline: its end, on the monotonic clock
    :ivar has_passed: whether the call was cut off
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
        """Return the remaining seconds, at least 0."""
        return max(0.0, self.deadline - time.monotonic())

    def attach(self, connection: HasDescriptor) -> None:
        """
        Shut this connection down at the deadline, or now if it has passed.

        The file descriptor is duplicated: wrapping a socket in TLS detaches it from the
        first socket object, and its number could be reused for another connection.
        """
        # The family is irrelevant for a shutdown; without it, Python would detect it.
        duplicate = socket.socket(
            socket.AF_INET, socket.SOCK_STREAM, 0, fileno=os.dup(connection.fileno())
        )
        with self._lock:
            if self._is_over:
                duplicate.close()
                return
            self._sockets.append(duplicate)
            if self.has_passed:
                _shut_down(duplicate)

    def cut(self) -> None:
        """Shut down all sockets of the call, unless it is over; called by the watchdog."""
        with self._lock:
            if self._is_over:
                return
            self.has_passed = True
            for duplicate in self._sockets:
                _shut_down(duplicate)


def running() -> CallDeadline | None:
    """Return the deadline of the call that this thread is making; None outside one."""
    return _running.get()


def _shut_down(connection: socket.socket) -> None:
    # Fails if the other end has closed it already.
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class _Watchdog:
    """A daemon thread that cuts off every call at its deadline; started by the first."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._tie_breakers = itertools.count()
        self._calls: list[tuple[float, int, CallDeadline]] = []
        self._thread: threading.Thread | None = None

    def watch(self, call: CallDeadline) -> None:
        with self._condition:
            heapq.heappush(self._calls, (call.deadline, next(self._tie_breakers), call))
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


def _restart_after_fork() -> None:
    # A forked child has no watchdog thread, and maybe a lock that nobody will release.
    global _watchdog  # noqa: PLW0603 - the one watchdog of this process
    _watchdog = _Watchdog()


_running: ContextVar[CallDeadline | None] = ContextVar(
    "running_call_deadline", default=None
)
_watchdog = _Watchdog()
os.register_at_fork(after_in_child=_restart_after_fork)
