"""The simulated cloud behind a port of this machine."""

import logging
import socket
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import uuid4

from clusters.simulator.refusals import GatewayRefusal
from clusters.simulator.terminations import end_badly
from clusters.simulator.wire import Answer, Call, Ending
from clusters.simulator.world import World

HOST = "127.0.0.1"
_NAMES = (HOST, "localhost")
LARGEST_BODY = 10 * 1024 * 1024
_IDLE_SECONDS = 75.0
_LOOK_FOR_STOP_SECONDS = 0.05
_MOST_DIGITS = 12

logger = logging.getLogger(__name__)


class SimulatorServer(ThreadingHTTPServer):
    """
    Serves a world over HTTP/1.1 from background threads; stops when its block ends.

    Stopping cuts the connections that are open, as a cloud that goes away does.
    """

    daemon_threads = True

    def __init__(
        self, world: World, port: int, tls: ssl.SSLContext | None = None
    ) -> None:
        """:raises OSError: if the port is in use; 0 takes a free one"""
        self.world = world
        self.stopped = Event()
        self._tls = tls
        self._connections: set[socket.socket] = set()
        self.server_port = port
        super().__init__((HOST, port), _Handler)
        self._thread = Thread(
            target=self.serve_forever, args=(_LOOK_FOR_STOP_SECONDS,), daemon=True
        )

    @property
    def address(self) -> str:
        """The URL to give as IAM, CSS and VPC endpoint."""
        scheme = "https" if self._tls else "http"
        return f"{scheme}://{HOST}:{self.server_port}"

    def address_by(self, host: str) -> str:
        """
        Return the URL by the name that a caller used, where it is one of this machine.

        Any other Host header may have been made by a page or a proxy: what is told on its
        word would lead a client, and the token that it holds, somewhere else.
        """
        names = [f"{name}:{self.server_port}" for name in _NAMES]
        if host.lower() not in names:
            return self.address
        return self.address.replace(f"{HOST}:{self.server_port}", host.lower())

    def __enter__(self) -> "SimulatorServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.shutdown()
        self.server_close()
        for connection in list(self._connections):
            _cut(connection)

    def server_bind(self) -> None:
        """Bind without asking the resolver for this machine's name, which may hang."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((HOST, self.server_port))
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.socket.getsockname()[1]

    def get_request(self) -> tuple[socket.socket, Any]:
        """Take a connection; its own thread does the handshake, if it is over TLS."""
        connection, address = super().get_request()
        if self._tls:
            connection = self._tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, address

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection until it ends."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log what went wrong; a client that went away is no error."""
        if not isinstance(sys.exception(), OSError):
            logger.exception("simulator.failed")


def serve(
    world: World, port: int = 0, *, tls: ssl.SSLContext | None = None
) -> SimulatorServer:
    """
    Return a server that runs while its ``with`` block does, over TLS if that is given.

    :raises OSError: if the port is in use; 0 takes a free one
    """
    return SimulatorServer(world, port, tls)


class _Handler(BaseHTTPRequestHandler):
    """Turns one HTTP request into a `Call` and an `Answer` into bytes."""

    protocol_version = "HTTP/1.1"
    server_version = "simulator"
    sys_version = ""
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = -1
    server: SimulatorServer

    def _serve(self) -> None:
        length = self._declared_length()
        if length is None:
            return
        body = self._read(length)
        complete = len(body) == length
        answer = self.server.world.handle(self._call(body, complete=complete))
        self.server.stopped.wait(answer.delay_seconds)
        if answer.ending is Ending.ANSWERED:
            self._send(answer)
        else:
            self.close_connection = True
            stopped = self.server.stopped
            end_badly(self.connection, answer, lambda: self._render(answer), stopped)

    # The base class finds its methods by these names.
    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (inherited)
        """Log at debug level only; the request line holds no secret."""
        logger.debug(format, *args)

    def _declared_length(self) -> int | None:
        """Return the length of the body; None, once answered, where it is no good."""
        text = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers:
            self._refuse(411, "The request has no Content-Length.")
        elif not (text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS):
            self._refuse(400, "The Content-Length is no number.")
        elif int(text) > LARGEST_BODY:
            self._refuse(413, "Request entity too large.")
        else:
            return int(text)
        return None

    def _read(self, length: int) -> bytes:
        try:
            return self.rfile.read(length)
        except ConnectionError:
            return b""

    def _call(self, body: bytes, *, complete: bool) -> Call:
        url = urlsplit(self.path)
        return Call(
            method=self.command,
            path=unquote(url.path),
            query=dict(parse_qsl(url.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            complete=complete,
            peer=self.client_address[0],
            address=self.server.address_by(self.headers.get("Host", "")),
        )

    def _refuse(self, status: int, words: str) -> None:
        # The body stays unread, so the connection cannot carry another request.
        self.close_connection = True
        refusal = GatewayRefusal(status, "APIGW.0201", words)
        self._send(refusal.answer(uuid4().hex))

    def _render(self, answer: Answer) -> bytes:
        """Return what `_send` would send."""
        real, self.wfile = self.wfile, BytesIO()
        try:
            self._send(answer)
            return self.wfile.getvalue()
        finally:
            self.wfile = real

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)


def _cut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        logger.debug("simulator.connection_gone")
