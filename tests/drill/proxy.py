"""What stands in the middle: a proxy that says no, a relay whose end cuts everything."""

import contextlib
import socket
import threading
from pathlib import Path
from typing import Final

_PATIENCE: Final = 5.0
_BLOCK: Final = 65_536


def run_proxy(port: int, status: int, mended: Path) -> None:
    """Answer every CONNECT with this status, and open tunnels once the file exists."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        while True:
            connection, _ = listener.accept()
            arguments = (connection, status, mended)
            threading.Thread(target=_serve, args=arguments, daemon=True).start()


def run_relay(port: int, host: str, target: int) -> None:
    """Carry every connection to another port; when this process ends, all are cut."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        while True:
            connection, _ = listener.accept()
            arguments = (connection, host, target)
            threading.Thread(target=_carry, args=arguments, daemon=True).start()


def _carry(connection: socket.socket, host: str, target: int) -> None:
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


def _serve(connection: socket.socket, status: int, mended: Path) -> None:
    with connection, contextlib.suppress(OSError):
        connection.settimeout(_PATIENCE)
        target = _target(connection)
        if not mended.exists():
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
        block = connection.recv(_BLOCK)
        if not block:
            raise ConnectionError
        head += block
    return head.split(maxsplit=2)[1].decode()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while block := source.recv(_BLOCK):
            target.sendall(block)
        target.shutdown(socket.SHUT_WR)
