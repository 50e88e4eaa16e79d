"""A scripted server on 127.0.0.1, which can also break its connections by script."""

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
"""The value of ALLOWED_CLOUD_HOSTS for a server of this module."""


@dataclass(frozen=True)
class Received:
    """A request that was received; `is_whole` is False if its body did not arrive."""

    method: str
    target: str
    headers: dict[str, str] = field(repr=False)
    body: bytes
    is_whole: bool


class ServerConnection:
    """The server's end of a connection: what a behaviour can do with it."""

    def __init__(self, connection: socket.socket, stopping: threading.Event) -> None:
        self._connection = connection
        self._stopping = stopping

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def hang(self) -> None:
        """Send nothing until the client disconnects or the server stops."""
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
        """Send bytes that are not a TLS record, past the TLS layer."""
        raw = socket.socket(fileno=self._connection.detach())
        raw.sendall(b"this is no TLS record at all, not even nearly")
        raw.close()


Behaviour = Callable[[ServerConnection], bool]
"""Answers one request; returns whether the connection is kept open."""


def reply(
    status: int = 200, data: Any = None, *, text: str = "", **headers: str
) -> Behaviour:
    """Answer with JSON, or with a text."""
    body = text.encode() if data is None else json.dumps(data).encode()
    kind = "text/html" if data is None else "application/json"
    lines = {"Content-Type": kind, "Content-Length": str(len(body))}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())

    def behave(connection: ServerConnection) -> bool:
        connection.send(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body)
        return True

    return behave


def raw(data: bytes) -> Behaviour:
    """Send these bytes and close."""

    def behave(connection: ServerConnection) -> bool:
        connection.send(data)
        return False

    return behave


def close(connection: ServerConnection) -> bool:
    del connection
    return False


def reset(connection: ServerConnection) -> bool:
    connection.reset()
    return False


def hang(connection: ServerConnection) -> bool:
    connection.hang()
    return False


class ScriptedServer:
    """
    A server that answers the n-th request by the n-th behaviour, the rest by the last.

    `before` is called with each connection before anything is read from it.
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
        self._closing = threading.Condition()
        self._closed = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop listening and close all connections."""
        self._stopping.set()
        for connection in (self._listener, *self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(60)

    @property
    def posts(self) -> list[Received]:
        """The complete POSTs: those that could create a cluster."""
        return [each for each in self.received if each.method == "POST" and each.body]

    def wait_for_ends(self, count: int) -> None:
        """Wait until so many connections were closed."""
        with self._closing:
            self._closing.wait_for(lambda: self._closed >= count, timeout=60)

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
            self._connections.append(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, ValueError), connection:
            self._answer_all(connection)
        with self._closing:
            self._closed += 1
            self._closing.notify_all()

    def _answer_all(self, connection: socket.socket) -> None:
        if self._before and not self._before(
            ServerConnection(connection, self._stopping)
        ):
            return
        if self._tls:
            connection = self._tls.wrap_socket(connection, server_side=True)
        stream = connection.makefile("rb")
        with connection, stream:
            while (request := _read(stream)) is not None:
                self.received.append(request)
                if not request.is_whole:
                    return
                if not self._next()(ServerConnection(connection, self._stopping)):
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
