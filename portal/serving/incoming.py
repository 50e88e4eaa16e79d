"""Incremental parsing of requests from the received bytes; never blocks."""

import io
import re
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, Final

from gunicorn.http.body import ChunkedReader, LengthReader
from gunicorn.http.errors import NoMoreData, UnsupportedTransferCoding
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader

from portal.serving.bodies import Body, ChunkedBody, SizedBody
from portal.serving.limits import Limits, RequestRefused

_END: Final = b"\r\n\r\n"
_CODING: Final = "TRANSFER-ENCODING"
_BARE_NEWLINE: Final = re.compile(rb"(?<!\r)\n")


class Part(Enum):
    """Which part of a request is awaited."""

    NOTHING = auto()
    HEAD = auto()
    BODY = auto()


class Incoming:
    """
    Splits the bytes of one connection into requests.

    Each head is parsed by gunicorn, which decides whether it is valid.
    """

    def __init__(self, cfg: Any, client: Any, limits: Limits) -> None:
        self.wants_continue = False
        """
        The client waits for "100 Continue" before it sends the body (RFC 9110, 10.1.1).
        """
        self._cfg, self._client, self._limits = cfg, client, limits
        self._arrived = bytearray()
        self._searched = 0
        self._number = 0
        self._request: Any = None
        self._body: Body = SizedBody(0, most=0)

    @property
    def part(self) -> Part:
        """What is awaited now."""
        if self._request is not None:
            return Part.BODY
        return Part.HEAD if self._arrived else Part.NOTHING

    @property
    def size(self) -> int:
        """
        Bytes held in memory, including those of the request that was returned last.
        """
        return len(self._arrived) + len(self._body.content)

    def feed(self, data: bytes) -> Any | None:
        """
        Return gunicorn's request with its whole body once complete, None before.

        Bytes that follow it are kept for the next call, which may be with no data.

        :raises RequestRefused: if it is too large or incomplete
        :raises gunicorn.http.errors.ParseException: if it is not valid HTTP
        """
        self._arrived += data
        if self._request is None:
            self._read_head()
        if self._request is None or not self._body.take(self._arrived):
            return None
        return self._completed()

    def forget_last(self) -> None:
        """Free the body of the request that was returned last."""
        self._body = SizedBody(0, most=0)

    def forget(self) -> None:
        """Free everything: nothing more is read from this client."""
        self.forget_last()
        self._request = None
        self._arrived.clear()

    def _read_head(self) -> None:
        length = self._head_length()
        if (length or len(self._arrived)) > self._limits.head_bytes:
            raise RequestRefused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if not length:
            return
        head = bytes(self._arrived[:length])
        del self._arrived[:length]
        self._searched = 0
        self._number += 1
        try:
            request = Request(
                self._cfg, IterUnreader([head]), self._client, self._number
            )
        except NoMoreData as cut:
            raise RequestRefused(HTTPStatus.BAD_REQUEST) from cut
        self._body = self._body_of(request)
        self._request = request
        self.wants_continue = request._expected_100_continue and not self._arrived
        request._expected_100_continue = (
            False  # or gunicorn would send it in the thread
        )

    def _head_length(self) -> int:
        """Return the length of the head in bytes; 0 while it is incomplete."""
        # An empty line may come before a request; gunicorn skips one.
        start = max(self._searched - 3, 2 if self._arrived.startswith(b"\r\n") else 0)
        end = self._arrived.find(_END, start)
        if end >= 0:
            return end + len(_END)
        if _BARE_NEWLINE.search(self._arrived, self._searched):
            return len(self._arrived)  # never valid: let gunicorn's parser raise
        self._searched = len(self._arrived)
        return 0

    def _body_of(self, request: Any) -> Body:
        most = self._limits.body_bytes_of(request.path)
        reader = request.body.reader
        if isinstance(reader, ChunkedReader):
            codings = [value for name, value in request.headers if name == _CODING]
            if [each.lower() for each in codings] != ["chunked"]:
                raise UnsupportedTransferCoding(", ".join(codings))
            return ChunkedBody(most=most)
        assert isinstance(reader, LengthReader)
        return SizedBody(reader.length, most=most)

    def _completed(self) -> Any:
        """
        Attach the body; a chunked one gets a Content-Length instead of its coding.
        """
        request, self._request = self._request, None
        request.body = io.BytesIO(self._body.content)
        if isinstance(self._body, ChunkedBody):
            length = str(len(self._body.content))
            kept = [each for each in request.headers if each[0] != _CODING]
            request.headers = [*kept, ("CONTENT-LENGTH", length)]
        return request
