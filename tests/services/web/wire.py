"""A raw HTTP client: it sends given bytes and reads the answer."""

import contextlib
import select
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

PATIENCE = 60


@dataclass(frozen=True, kw_only=True)
class RawResponse:
    """One answer; its body is what its head says it is."""

    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """One connection."""

    def __init__(self, port: int, *, receives: int = 0) -> None:
        self._socket = socket.socket()
        if receives:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
        self._socket.settimeout(PATIENCE)
        self._socket.connect(("127.0.0.1", port))
        self._file: BinaryIO = self._socket.makefile("rb")

    def send(self, data: bytes) -> "Wire":
        """Send all of it."""
        self._socket.sendall(data)
        return self

    def end(self) -> None:
        """Say that nothing more will be sent."""
        self._socket.shutdown(socket.SHUT_WR)

    def is_answered(self, seconds: float = 0) -> bool:
        """Whether there is something to read, or comes within these seconds."""
        return bool(select.select([self._socket], [], [], seconds)[0])

    def drips(self, data: bytes) -> None:
        """Send this over and over, a byte at a time, until the server says something."""
        for _ in range(10 * PATIENCE):
            if self.is_answered(0.1):
                return
            self.send(data)
        raise AssertionError("the server takes whatever comes")

    def pours(self, data: bytes, most: int) -> int:
        """Send this over and over until the server stops it; returns how many bytes."""
        poured = 0
        while poured < most and not self.is_answered():
            try:
                poured += self._socket.send(data)
            except ConnectionError:
                break
        return poured

    def answer(self, *, to_head: bool = False) -> RawResponse:
        """Read the next answer."""
        status = int(self._file.readline().split()[1])
        headers = {}
        while line := self._file.readline().strip().decode():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        length = 0 if to_head or status < 200 else int(headers["content-length"])
        return RawResponse(status=status, headers=headers, body=self._file.read(length))

    def reads(self, most: int) -> bytes:
        """Return what is there; nothing once the connection has ended."""
        try:
            return self._socket.recv(most)
        except ConnectionResetError:
            return b""

    def is_closed(self) -> bool:
        """Whether the server ends the connection and says nothing more before."""
        try:
            return self._file.read(1) == b""
        except ConnectionResetError:
            return True

    def close(self) -> None:
        """Close the connection."""
        self._file.close()
        self._socket.close()


@contextlib.contextmanager
def wires(port: int, count: int, *, receives: int = 0) -> Iterator[list[Wire]]:
    """Open so many, and close them."""
    opened = [Wire(port, receives=receives) for _ in range(count)]
    try:
        yield opened
    finally:
        for each in opened:
            each.close()


def get(path: str, *headers: str) -> bytes:
    """Return a request without a body."""
    return request("GET", path, *headers)


def request(method: str, path: str, *headers: str, body: bytes = b"") -> bytes:
    """Return a request of HTTP/1.1 as it goes over the wire."""
    head = "\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers])
    return f"{head}\r\n\r\n".encode() + body
