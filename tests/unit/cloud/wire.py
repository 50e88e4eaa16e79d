"""A server on 127.0.0.1 that answers by script, and misbehaves by script."""

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

from clusters.cloud.hosts import AllowedHosts

LOOPBACK = AllowedHosts.of(["127.0.0.1"])
"""What ALLOWED_CLOUD_HOSTS names for a server of this module."""


@dataclass(frozen=True)
class Received:
    """One request as it arrived; `is_whole` is False where the body did not come."""

    method: str
    target: str
    headers: dict[str, str] = field(repr=False)
    body: bytes
    is_whole: bool


class Line:
    """The server's end of one connection, as a behaviour sees it."""

    def __init__(self, connection: socket.socket, stopping: threading.Event) -> None:
        self._connection = connection
        self._stopping = stopping

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def hang(self) -> None:
        """Say nothing until the client goes or the server stops."""
        self._connection.settimeout(5)
        while not self._stopping.is_set() and self._connection.recv(1):
            pass

    def drip(self, data: bytes, *, every: float = 0.02) -> None:
        for byte in data:
            if self._stopping.wait(every):
                return
            self.send(bytes([byte]))

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        self._connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )

    def break_tls(self) -> None:
        """Send what is no TLS record below the TLS layer."""
        raw = socket.socket(fileno=self._connection.detach())
        raw.sendall(b"this is no TLS record at all, not even nearly")
        raw.close()


Behaviour = Callable[[Line], bool]
"""Answers one request; True keeps the connection."""


def reply(
    status: int = 200, data: Any = None, *, text: str = "", **headers: str
) -> Behaviour:
    """Answer with JSON, or with a text."""
    body = text.encode() if data is None else json.dumps(data).encode()
    kind = "text/html" if data is None else "application/json"
    lines = {"Content-Type": kind, "Content-Length": str(len(body))}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())

    def behave(line: Line) -> bool:
        line.send(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body)
        return True

    return behave


def raw(data: bytes) -> Behaviour:
    """Send these bytes and close."""

    def behave(line: Line) -> bool:
        line.send(data)
        return False

    return behave


def close(line: Line) -> bool:
    del line
    return False


def reset(line: Line) -> bool:
    line.reset()
    return False


def hang(line: Line) -> bool:
    line.hang()
    return False


class Wire:
    """
    Serves one behaviour per request, in order; the last one serves all that follow.

    `before` runs on each connection before anything is read from it.
    """

    def __init__(
        self,
        *behaviours: Behaviour,
        tls: ssl.SSLContext | None = None,
        before: Behaviour | None = None,
    ) -> None:
        self.received: list[Received] = []
        self.connections = 0
        self._behaviours = list(behaviours)
        self._tls = tls
        self._before = before
        self._stopping = threading.Event()
        self._end = threading.Condition()
        self._ended = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lines: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Listen no more, and end every conversation."""
        self._stopping.set()
        for connection in (self._listener, *self._lines):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(60)

    @property
    def posts(self) -> list[Received]:
        """Complete POSTs, which is what could make a cluster."""
        return [each for each in self.received if each.method == "POST" and each.body]

    def wait_for_ends(self, count: int) -> None:
        """Wait until so many connections have come and gone."""
        with self._end:
            self._end.wait_for(lambda: self._ended >= count, timeout=60)

    def _start(self, target: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._lines.append(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, ValueError), connection:
            self._converse(connection)
        with self._end:
            self._ended += 1
            self._end.notify_all()

    def _converse(self, connection: socket.socket) -> None:
        if self._before and not self._before(Line(connection, self._stopping)):
            return
        if self._tls:
            connection = self._tls.wrap_socket(connection, server_side=True)
        stream = connection.makefile("rb")
        with connection, stream:
            while (request := _read(stream)) is not None:
                self.received.append(request)
                if not request.is_whole:
                    return
                if not self._next()(Line(connection, self._stopping)):
                    return

    def _next(self) -> Behaviour:
        if len(self._behaviours) > 1:
            return self._behaviours.pop(0)
        return self._behaviours[0]


def _read(stream: Any) -> Received | None:
    first = stream.readline().decode("latin-1").split()
    if not first:
        return None
    headers: dict[str, str] = {}
    while line := stream.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    length = int(headers.get("content-length", "0"))
    body = stream.read(length)
    return Received(first[0], first[1], headers, body, len(body) == length)
