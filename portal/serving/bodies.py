"""The two ways in which a body is framed, read from what has arrived so far."""

from http import HTTPStatus
from typing import Final, Protocol

from gunicorn.asgi.parser import ParseError, PythonProtocol

from portal.serving.limits import KIB, Refused

_FRAMING_BYTES: Final = 64 * KIB
"""What the sizes of chunks and the trailers may add to a body."""


class Body(Protocol):
    """A body on its way in; takes its part of the bytes and leaves what is behind it."""

    @property
    def content(self) -> bytes | bytearray:
        """What has been taken; all of it once the body is complete."""

    def take(self, arrived: bytearray) -> bool:
        """
        Remove from `arrived` what belongs to the body; return whether it is complete.

        :raises Refused: if it is too large or broken
        """


class SizedBody:
    """A body whose length the head says; none at all is one of 0 bytes."""

    def __init__(self, length: int, *, most: int) -> None:
        """:raises Refused: if it will be too large, so before any of it is read"""
        if length > most:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
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
    A body in chunks, whose length nobody knows before its end.

    gunicorn's own reader of chunks for threads waits for a socket, so this is the one
    that it has for event loops.
    """

    def __init__(self, *, most: int) -> None:
        self.content = bytearray()
        self._most = most
        self._taken = 0
        self._parser = PythonProtocol(on_body=self.content.extend)
        # It begins with a head; ours was read already.
        self._parser.feed(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")

    def take(self, arrived: bytearray) -> bool:
        self._taken += len(arrived)
        try:
            self._parser.feed(bytes(arrived))
        except ParseError as broken:
            raise Refused(HTTPStatus.BAD_REQUEST) from broken
        arrived.clear()
        is_complete = bool(self._parser.is_complete)
        is_wordy = not is_complete and self._taken > self._most + _FRAMING_BYTES
        if len(self.content) > self._most or is_wordy:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if is_complete:
            arrived += self._parser.remaining()
        return is_complete
