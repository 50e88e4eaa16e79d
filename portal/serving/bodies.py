"""The two framings of a request body (RFC 9112, 6): by length, and chunked."""

from http import HTTPStatus
from typing import Final, Protocol

from gunicorn.asgi.parser import ParseError, PythonProtocol

from portal.serving.limits import KIB, RequestRefused

_FRAMING_BYTES: Final = 64 * KIB
"""Bytes that chunk sizes and trailers may add to a body."""


class Body(Protocol):
    """A body that is being received; takes its bytes and leaves those that follow."""

    @property
    def content(self) -> bytes | bytearray:
        """The bytes received so far; the whole body once it is complete."""

    def take(self, arrived: bytearray) -> bool:
        """
        Remove from `arrived` what belongs to the body; return whether it is complete.

        :raises RequestRefused: if it is too large or broken
        """


class SizedBody:
    """A body with Content-Length; no body has length 0."""

    def __init__(self, length: int, *, most: int) -> None:
        """
        :raises RequestRefused: if `length` exceeds `most` bytes, before any of it is
        read
        """
        if length > most:
            raise RequestRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        self.content = b""
        self._length = length

    def take(self, arrived: bytearray) -> bool:
        if len(arrived) < self._length:
            return False
        self.content = bytes(arrived[: self._length])
        del arrived[: self._length]
        return True


class ChunkedBody:
    """
    A body with Transfer-Encoding: chunked, whose length is known at its end only.

    gunicorn's chunked reader for threads blocks on the socket; this uses its parser for
    event loops.
    """

    def __init__(self, *, most: int) -> None:
        self.content = bytearray()
        self._most = most
        self._taken = 0
        self._parser = PythonProtocol(on_body=self.content.extend)
        # The parser begins with a head; the real one was read already.
        self._parser.feed(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")

    def take(self, arrived: bytearray) -> bool:
        self._taken += len(arrived)
        try:
            self._parser.feed(bytes(arrived))
        except ParseError as broken:
            raise RequestRefused(HTTPStatus.BAD_REQUEST) from broken
        arrived.clear()
        is_complete = bool(self._parser.is_complete)
        is_wordy = not is_complete and self._taken > self._most + _FRAMING_BYTES
        if len(self.content) > self._most or is_wordy:
            raise RequestRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if is_complete:
            arrived += self._parser.remaining()
        return is_complete
