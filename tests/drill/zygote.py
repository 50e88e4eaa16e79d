"""
A process that has the libraries loaded, and forks the processes of the rows off itself.

What reads settings is loaded after the fork: each row has settings of its own.
"""

import gc
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Self, TextIO

_LIBRARIES: Final = (
    "celery.app.amqp",
    "celery.app.log",
    "celery.beat",
    "celery.bin.beat",
    "celery.bin.worker",
    "celery.concurrency.thread",
    "celery.worker.loops",
    "cryptography.fernet",
    "django.core.serializers",
    "django.db.models",
    "django.forms",
    "django.template.loader_tags",
    "django.test.client",
    "django.views.generic",
    "django_structlog.celery.receivers",
    "psycopg",
    "redis",
    "requests",
    "structlog.dev",
    "whitenoise.middleware",
)
_ORDER_BYTES: Final = 1 << 16


class WarmIsGone(Exception):
    """No row can be played any more."""


class Warm:
    """The line to such a process; several threads may use it."""

    def __init__(self) -> None:
        self._line, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(there.fileno())],
            pass_fds=[there.fileno()],
            stdin=subprocess.DEVNULL,
        )
        there.close()

    def __enter__(self) -> Self:
        """Return the line."""
        return self

    def __exit__(self, *_: object) -> None:
        """Have the process end."""
        self._line.close()
        self._process.wait()

    @contextmanager
    def row(
        self, text: str, environment: Mapping[str, str], log: Path, *, longest: float
    ) -> Iterator[TextIO]:
        """
        Have a row played; what it prints can be read within this block.

        :param text: the row's setting, as JSON
        :param environment: all variables of its processes
        :param log: where its standard error goes
        :param longest: seconds after which it is killed
        """
        reader, writer = os.pipe()
        words = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, mode=0o600)
        try:
            process = self._fork(text, environment, [writer, words])
        except BaseException:
            os.close(reader)
            raise
        finally:
            os.close(writer)
            os.close(words)
        with (
            _killed_after(longest, process),
            os.fdopen(reader, encoding="utf-8") as lines,
        ):
            yield lines

    def _fork(
        self, text: str, environment: Mapping[str, str], descriptors: list[int]
    ) -> int:
        """Return the number of the new process."""
        order = json.dumps({"text": text, "environment": dict(environment)})
        with self._lock:
            socket.send_fds(self._line, [order.encode()], descriptors)
            answer = self._line.recv(64)
        if not answer:
            raise WarmIsGone("The process that forks the rows has ended.")
        return int(answer)


@contextmanager
def _killed_after(seconds: float, pid: int) -> Iterator[None]:
    """Within this block a process lives no longer than this."""
    try:
        # Not by its number, which is free once it has ended, and soon another's.
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        yield
        return
    watchdog = threading.Timer(seconds, _kill, (process,))
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()
        watchdog.join()
        os.close(process)


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(process, signal.SIGKILL)


def _serve(line: socket.socket, play: Callable[[str], None]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
    while True:
        order, descriptors, _, _ = socket.recv_fds(line, _ORDER_BYTES, 2)
        if not order:
            return
        child = os.fork()
        if not child:
            line.close()
            _become_row(json.loads(order)["environment"], descriptors)
            play(json.loads(order)["text"])
            sys.stdout.flush()
            os._exit(0)
        for each in descriptors:
            os.close(each)
        line.send(str(child).encode())


def _become_row(environment: Mapping[str, str], descriptors: list[int]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for source, target in zip(descriptors, (1, 2), strict=True):
        os.dup2(source, target)
        os.close(source)


def main(descriptor: int) -> None:
    """Serve the line that has this file descriptor, until its other end is closed."""
    for name in _LIBRARIES:
        importlib.import_module(name)
    row_process = importlib.import_module("tests.drill.case_process")
    gc.collect()
    gc.freeze()  # collecting it again in every child would copy all of its memory
    _serve(socket.socket(fileno=descriptor), row_process.main)


if __name__ == "__main__":
    main(int(sys.argv[1]))
