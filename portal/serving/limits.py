"""Limits of sizes and times for clients, and the response to a refused request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB

BODY_BYTES: Final = 2 * MIB
"""Most bytes of a request body."""

BODY_BYTES_BY_PATH: Final[Mapping[str, int]] = {}
"""
Path as in the request line, to most bytes of its body, for pages that accept more.
"""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """
    Limits of one process. Times are in seconds, for a whole part, not between two bytes.
    """

    head_seconds: float = 10
    """From its first byte, or from the connection, to the end of the head."""
    body_seconds: float = 30
    """From the end of the head to the end of the body."""
    answer_seconds: float = 30
    """For sending the rest of a response after its view returned."""
    linger_seconds: float = 2
    """For a client to read the last response before its connection is closed."""

    head_bytes: int = 32 * KIB
    body_bytes: int = BODY_BYTES
    body_bytes_by_path: Mapping[str, int] = field(
        default_factory=lambda: BODY_BYTES_BY_PATH
    )
    answer_bytes: int = 4 * MIB
    """Unsent bytes held for one client; above it the thread that writes blocks."""
    held_bytes: int = 64 * MIB
    """
    For all clients together; above it, the client that holds most is disconnected.
    """

    def body_bytes_of(self, path: str) -> int:
        """Return the most bytes of a body for this path."""
        return self.body_bytes_by_path.get(path, self.body_bytes)


class RequestRefused(Exception):
    """A request is answered with this status and its connection closed."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status

    def answer(self) -> bytes:
        """Return the complete HTTP response, with a page for people in a browser."""
        page = _PAGE.format(
            status=self.status.value,
            phrase=self.status.phrase,
            advice=_ADVICE.get(self.status, ""),
        ).encode()
        return (
            f"HTTP/1.1 {self.status} {self.status.phrase}\r\n"
            "Connection: close\r\n"
            "Content-Type: text/html; charset=utf-8\r\n"
            f"Content-Length: {len(page)}\r\n\r\n"
        ).encode() + page


_ADVICE: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "Your browser sent more than any of our forms takes. "
        "Go back, shorten it and send it once more."
    ),
    HTTPStatus.REQUEST_TIMEOUT: (
        "What your browser sent took too long to arrive. Go back and send it once more."
    ),
}
"""English only: the reader's language is unknown before the request is read."""

_PAGE: Final = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><title>{status} {phrase}</title>'
    "</head><body><main><h1>{status} {phrase}</h1><p>{advice}</p></main></body></html>\n"
)
"""Without style sheet, so that it needs no further request."""
