"""Threaded gunicorn worker whose event loop reads requests and sends responses."""

import errno
import time
from concurrent.futures import Future
from functools import partial
from http import HTTPStatus
from selectors import EVENT_READ, EVENT_WRITE
from socket import SHUT_WR
from typing import Any, Final

from portal.serving.connection import Connection
from portal.serving.incoming import Part
from portal.serving.limits import KIB, MIB, RequestRefused
from portal.serving.loop import ConnectionWorker

_PIECE: Final = 64 * KIB
_DISCARDED_BYTES: Final = MIB
_GONE: Final = (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN)
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


class BufferingWorker(ConnectionWorker):
    """
    Occupies a thread only while the view runs.

    gunicorn's gthread reads a request and writes its response in one of its threads,
    without a deadline, so a few slow clients block all pages. Here the event loop reads
    requests until they are complete, passes each to a thread, and sends what a client
    does not read at once. Nothing is buffered on disk. See docs/adr/0012.
    """

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """
        :raises RuntimeError: if TLS is configured; gunicorn prints it and does not
        start
        """
        if cfg.is_ssl:
            raise RuntimeError("This worker speaks plain HTTP: let a proxy end TLS.")

    # Receiving a request
    # ---------------------------------------------------------------

    def begin(self, connection: Connection) -> None:
        connection.deadline = time.monotonic() + self.limits.head_seconds
        connection.on_deadline = self._drop
        connection.on_event = self._read
        self._wait(connection, EVENT_READ)

    def _read(self, connection: Connection) -> None:
        data = _received(connection)
        if data:
            self._take(connection, data)
        elif data is not None:
            self._drop(connection)

    def _take(self, connection: Connection, data: bytes) -> None:
        try:
            request = connection.incoming.feed(data)
        except RequestRefused as refused:
            self._refuse(connection, refused)
        except Exception as broken:  # noqa: BLE001 - one client's bytes must not end the loop
            self.handle_error(None, connection.socket, connection.client, broken)
            self._close_gracefully(connection)
        else:
            if request is None:
                self._await_rest(connection)
            else:
                self._hand_over(connection, request)

    def _await_rest(self, connection: Connection) -> None:
        part = connection.incoming.part
        if part is not connection.awaited:
            connection.awaited = part
            seconds = self.limits.head_seconds
            if part is Part.BODY:
                seconds = self.limits.body_seconds
            connection.deadline = time.monotonic() + seconds
            connection.on_deadline = self._time_out
        if connection.incoming.wants_continue:
            connection.incoming.wants_continue = False
            self._send(connection, _CONTINUE)
        connection.on_event = self._read
        self._wait(connection, EVENT_READ)

    def _time_out(self, connection: Connection) -> None:
        self._refuse(connection, RequestRefused(HTTPStatus.REQUEST_TIMEOUT))

    def _refuse(self, connection: Connection, refused: RequestRefused) -> None:
        self.log.info("Refused a request with %d %s", refused.status, refused)
        self._send(connection, refused.answer())
        self._close_gracefully(connection)

    def _send(self, connection: Connection, data: bytes) -> None:
        """Send a few bytes if the socket accepts them; failures are ignored."""
        try:
            connection.socket.send(data)
        except OSError:
            self.log.debug("A client does not read why it is refused.")

    # Running the view
    # -------------------------------------------------------------------

    def _hand_over(self, connection: Connection, request: Any) -> None:
        self._leave(connection)
        self._count(connection)
        connection.sock.begin()
        answering = self.tpool.submit(self._answer, connection, request)
        answering.add_done_callback(
            partial(self.method_queue.defer, self.finish_request, connection)
        )

    def _answer(self, connection: Connection, request: Any) -> bool:
        """Run the view, in a thread; return whether the connection is kept alive."""
        try:
            is_kept: bool = self.handle_request(request, connection)
            connection.sock.flush()
        except OSError as error:
            self._log_error(error)
            return False
        except StopIteration:  # a response that broke off; gunicorn has logged it
            return False
        except Exception as error:  # noqa: BLE001 - what gunicorn does with any error
            self.handle_error(request, connection.sock, connection.client, error)
            return False
        return is_kept

    def _log_error(self, error: OSError) -> None:
        if error.errno in _GONE or isinstance(error, TimeoutError):
            self.log.debug("A client is gone or does not read: %s", error)
        else:
            self.log.error("Could not answer.", exc_info=error)

    def finish_request(self, connection: Connection, answering: "Future[bool]") -> None:
        """Continue in the event loop after the view has returned."""
        connection.incoming.forget_last()
        is_done = not answering.cancelled() and answering.exception() is None
        is_kept = is_done and answering.result()
        connection.deadline = time.monotonic() + self.limits.answer_seconds
        connection.on_deadline = self._drop
        connection.on_event = partial(self._send_rest, then_keep=is_kept)
        connection.on_event(connection)

    # Sending a response
    # -----------------------------------------------------------------

    def _send_rest(self, connection: Connection, *, then_keep: bool) -> None:
        try:
            connection.sock.flush()
        except OSError:
            self._drop(connection)
            return
        if connection.sock.size:
            self._wait(connection, EVENT_WRITE)
        elif then_keep:
            self._await_next(connection)
        else:
            self._close_gracefully(connection)

    def _await_next(self, connection: Connection) -> None:
        seconds = self.cfg.keepalive
        if not self.alive:
            seconds = min(seconds, self.limits.linger_seconds)
        connection.deadline = time.monotonic() + seconds
        connection.awaited = Part.NOTHING
        self._leave(connection)  # so that it is last in the order of waiting
        self._take(connection, b"")  # bytes that followed the last request

    def _close_gracefully(self, connection: Connection) -> None:
        """
        Close the sending side, and give the client time to read the response.

        Closing a socket with unread input sends RST, which discards unread output
        (RFC 1122, 4.2.2.13; RFC 9112, 9.6).
        """
        try:
            connection.socket.shutdown(SHUT_WR)
        except OSError:
            self._drop(connection)
            return
        connection.incoming.forget()
        connection.deadline = time.monotonic() + self.limits.linger_seconds
        connection.on_deadline = self._drop
        connection.on_event = self._discard
        self._wait(connection, EVENT_READ)

    def _discard(self, connection: Connection) -> None:
        data = _received(connection)
        if data is None:
            return
        connection.discarded += len(data)
        if not data:
            self._drop(connection)
        elif connection.discarded > _DISCARDED_BYTES:
            self._wait(connection, 0)


def _received(connection: Connection) -> bytes | None:
    """
    Return received bytes: empty if the client disconnected, None if there are none yet.
    """
    try:
        return connection.socket.recv(_PIECE)
    except BlockingIOError:
        return None
    except OSError:
        return b""
