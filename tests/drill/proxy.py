"""A proxy that refuses CONNECT, and a TCP relay that breaks all connections when it ends."""

import contextlib
import socket
import threading
from pathlib import Path
from typing import Final

_TIMEOUT_SECONDS: Final = 5.0
_BLOCK_BYTES: Final = 65_536


def run_proxy(port: int, status: int, repaired: Path) -> None:
    """Answer every CONNECT with this status; once the file exists, open tunnels."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        while True:
            connection, _ = listener.accept()
            arguments = (connection, status, repaired)
            threading.Thread(target=_serve, args=arguments, daemon=True).start()


def run_relay(port: int, host: str, target: int) -> None:
    """Relay every connection to another port, until this process is killed."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        while True:
            connection, _ = listener.accept()
            arguments = (connection, host, target)
            threading.Thread(target=_relay, args=arguments, daemon=True).start()


def _relay(connection: socket.socket, host: str, target: int) -> None:
    with (
        contextlib.suppress(OSError),
        connection,
        socket.create_connection((host, target)) as other,
    ):
        _join(connection, other)


def _join(one: socket.socket, other: socket.socket) -> None:
    back = threading.Thread(target=_pump, args=(other, one), daemon=True)
    back.start()
    _pump(one, other)
    back.join()


def _serve(connection: socket.socket, status: int, repaired: Path) -> None:
    with connection, contextlib.suppress(OSError):
        connection.settimeout(_TIMEOUT_SECONDS)
        target = _target(connection)
        if not repaired.exists():
            head = f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n"
            connection.sendall(head.encode())
            return
        host, _, port = target.partition(":")
        with socket.create_connection((host, int(port))) as other:
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            connection.settimeout(None)
            _join(connection, other)


def _target(connection: socket.socket) -> str:
    head = b""
    while b"\r\n\r\n" not in head:
        block = connection.recv(_BLOCK_BYTES)
        if not block:
            raise ConnectionError
        head += block
    return head.split(maxsplit=2)[1].decode()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while block := source.recv(_BLOCK_BYTES):
            target.sendall(block)
        target.shutdown(socket.SHUT_WR)
