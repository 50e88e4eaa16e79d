"""
A process that has modules loaded and forks the process of each case off itself.

Modules that read settings are loaded after the fork, because each case has settings of
its own.
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

_PRELOADED: Final = (
    # All commands of Celery, of which every worker and beat loads each.
    "celery.bin.celery",
    "celery.app.amqp",
    "celery.app.control",
    "celery.app.events",
    "celery.app.log",
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.backends.base",
    "celery.beat",
    "celery.concurrency.thread",
    "celery.contrib.django.task",
    "celery.fixups.django",
    "celery.worker.autoscale",
    "celery.worker.components",
    "celery.worker.consumer",
    "celery.worker.loops",
    "celery.worker.strategy",
    "cryptography.fernet",
    "cryptography.hazmat.primitives.serialization",
    "cryptography.x509",
    "csp.checks",
    "csp.middleware",
    "django.contrib.admin",
    "django.contrib.admin.templatetags.admin_list",
    "django.contrib.auth.management",
    "django.contrib.messages.middleware",
    "django.contrib.sessions.middleware",
    "django.contrib.staticfiles.checks",
    "django.core.cache.backends.db",
    "django.core.management.commands.migrate",
    "django.core.serializers",
    "django.db.backends.postgresql.base",
    "django.db.backends.sqlite3.base",
    "django.db.models",
    "django.forms",
    "django.middleware.locale",
    "django.template.loader_tags",
    "django.test.client",
    "django.views.generic",
    "django_htmx.middleware",
    "django_structlog.celery.receivers",
    "django_structlog.celery.steps",
    "django_structlog.middlewares",
    "environ",
    "kombu.transport.filesystem",
    "kombu.transport.pyamqp",
    "kombu.transport.redis",
    "psycopg",
    "redis",
    "requests",
    "structlog.dev",
    "whitenoise.middleware",
    # The product's own, but for what needs its settings or its models.
    "clusters.cloud.huawei.client",
    "clusters.credentials.signing",
    "clusters.credentials.token_store",
    "clusters.demo.simulator_client",
    "clusters.domain.engine_settings",
    "clusters.domain.permissions",
    "clusters.explanations",
    "clusters.forms.request",
    "clusters.options",
    "clusters.rules",
    "clusters.simulator.server",
    "tests.drill.cloud",
    "tests.drill.failpoints",
    "tests.drill.process",
)
"""None of these reads a setting: there are none yet, so that its import would fail."""

_MAX_REQUEST_BYTES: Final = 1 << 16


class ZygoteEnded(Exception):
    """The zygote has ended: no case can be run any more."""


class Zygote:
    """The zygote process, and the socket to it; several threads may use it."""

    def __init__(self) -> None:
        self._socket, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(there.fileno())],
            pass_fds=[there.fileno()],
            stdin=subprocess.DEVNULL,
        )
        there.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Have the process end."""
        self._socket.close()
        self._process.wait()

    @contextmanager
    def start_case(
        self, text: str, environment: Mapping[str, str], log: Path, *, timeout: float
    ) -> Iterator[TextIO]:
        """
        Start the process of a case; within this block its output can be read.

        :param text: the Setting of the case, as JSON
        :param environment: all environment variables of its processes
        :param log: file for its standard error
        :param timeout: seconds after which it is killed
        :raises ZygoteEnded: if the zygote does not answer
        """
        reader, writer = os.pipe()
        errors = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, mode=0o600)
        try:
            process = self._fork(text, environment, [writer, errors])
        except BaseException:
            os.close(reader)
            raise
        finally:
            os.close(writer)
            os.close(errors)
        with (
            _killed_after(timeout, process),
            os.fdopen(reader, encoding="utf-8") as lines,
        ):
            yield lines

    def _fork(
        self, text: str, environment: Mapping[str, str], descriptors: list[int]
    ) -> int:
        """Return the pid of the new process."""
        request = json.dumps({"text": text, "environment": dict(environment)})
        with self._lock:
            socket.send_fds(self._socket, [request.encode()], descriptors)
            answer = self._socket.recv(64)
        if not answer:
            raise ZygoteEnded("The process that forks the cases has ended.")
        return int(answer)


@contextmanager
def _killed_after(seconds: float, pid: int) -> Iterator[None]:
    """Kill this process if it lives longer than this within the block."""
    try:
        # By pidfd: once the process has ended, its pid may belong to another one.
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


def _serve(server: socket.socket, run: Callable[[str], None]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps ended children
    while True:
        request, descriptors, _, _ = socket.recv_fds(server, _MAX_REQUEST_BYTES, 2)
        if not request:
            return
        child = os.fork()
        if not child:
            server.close()
            _set_up_case_process(json.loads(request)["environment"], descriptors)
            run(json.loads(request)["text"])
            sys.stdout.flush()
            os._exit(0)
        for each in descriptors:
            os.close(each)
        server.send(str(child).encode())


def _set_up_case_process(
    environment: Mapping[str, str], descriptors: list[int]
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for source, target in zip(descriptors, (1, 2), strict=True):
        os.dup2(source, target)
        os.close(source)


def main(descriptor: int) -> None:
    """Serve fork requests on the socket of this descriptor, until its peer closes it."""
    for name in _PRELOADED:
        importlib.import_module(name)
    case_process = importlib.import_module("tests.drill.case_process")
    gc.collect()
    gc.freeze()  # a collection in a child would write to, and so copy, all shared pages
    _serve(socket.socket(fileno=descriptor), case_process.main)


if __name__ == "__main__":
    main(int(sys.argv[1]))
