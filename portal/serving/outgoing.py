"""Responses that are being sent: what the client does not read yet is buffered."""

import select
import socket
import time
from typing import Any, BinaryIO, Final

from portal.serving.limits import KIB, Limits

_PIECE: Final = 64 * KIB


class Outgoing:
    """
    Replaces the socket while gunicorn writes a response; does not wait for the client.

    Not thread-safe: one thread at a time may use it.
    """

    def __init__(self, client: socket.socket, limits: Limits) -> None:
        self._client, self._limits = client, limits
        self._pending = bytearray()
        self._until = 0.0

    @property
    def size(self) -> int:
        """Buffered bytes that are not sent yet."""
        return len(self._pending)

    def begin(self) -> None:
        """Start the next response, with a new deadline."""
        self._until = 0.0

    def flush(self) -> None:
        """
        Send as much as the socket accepts now.

        :raises OSError: if the client disconnected
        """
        while self._pending:
            try:
                sent = self._client.send(self._pending)
            except BlockingIOError:
                return
            del self._pending[:sent]

    def sendall(self, data: bytes) -> None:
        """
        Send or buffer all of `data`; block while the buffer is full.

        :raises TimeoutError: if the client reads too slowly
        :raises OSError: if the client disconnected
        """
        self._pending += data
        if len(self._pending) >= _PIECE:
            self.flush()
        while len(self._pending) > self._limits.answer_bytes:
            self._wait_for_client()
            self.flush()

    def sendfile(self, file: BinaryIO, offset: int, count: int) -> None:
        """Do as `sendall` with a part of a file."""
        file.seek(offset)
        while count and (data := file.read(min(count, _PIECE))):
            self.sendall(data)
            count -= len(data)

    def _wait_for_client(self) -> None:
        now = time.monotonic()
        self._until = self._until or now + self._limits.answer_seconds
        if now >= self._until:
            raise TimeoutError("the client does not read its answer")
        ready = select.poll()
        ready.register(self._client, select.POLLOUT)
        ready.poll(1000 * (self._until - now))

    # Other methods of a socket that gunicorn calls. Only the event loop waits and
    # closes.

    def gettimeout(self) -> float:
        return 0.0

    def settimeout(self, seconds: float | None) -> None:
        pass

    def shutdown(self, how: int) -> None:
        pass

    def recv(self, size: int) -> bytes:
        return b""

    def close(self) -> Any:
        pass
