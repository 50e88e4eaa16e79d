"""The simulated cloud as an HTTP server on 127.0.0.1."""

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
from clusters.simulator.terminations import abort_connection
from clusters.simulator.wire import (
    SimulatedRequest,
    SimulatedResponse,
    Termination,
)
from clusters.simulator.world import World

HOST = "127.0.0.1"
_HOST_NAMES = (HOST, "localhost")
MAX_BODY_BYTES = 10 * 1024 * 1024
_IDLE_SECONDS = 75.0
_SHUTDOWN_POLL_SECONDS = 0.05
_MAX_LENGTH_DIGITS = 12

logger = logging.getLogger(__name__)


class SimulatorServer(ThreadingHTTPServer):
    """
    Serves a world over HTTP/1.1 in background threads while its ``with`` block runs.

    When it stops, it closes the connections that are open.
    """

    daemon_threads = True

    def __init__(
        self, world: World, port: int, tls: ssl.SSLContext | None = None
    ) -> None:
        """:raises OSError: if the port is in use; port 0 chooses a free one"""
        self.world = world
        self.stopped = Event()
        self._tls = tls
        self._connections: set[socket.socket] = set()
        self.server_port = port
        super().__init__((HOST, port), _Handler)
        self._thread = Thread(
            target=self.serve_forever, args=(_SHUTDOWN_POLL_SECONDS,), daemon=True
        )

    @property
    def address(self) -> str:
        """The URL of the server, for the endpoints of IAM, CSS and VPC."""
        scheme = "https" if self._tls else "http"
        return f"{scheme}://{HOST}:{self.server_port}"

    def address_for_host(self, host: str) -> str:
        """
        Return the URL of the server with the host name of the request.

        Only names of this machine are accepted. Any other Host header could direct a
        client, together with its token, to another host; then `address` is returned.
        """
        names = [f"{name}:{self.server_port}" for name in _HOST_NAMES]
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
            _close_connection(connection)

    def server_bind(self) -> None:
        """Bind without a look-up of the host name, which may block."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((HOST, self.server_port))
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.socket.getsockname()[1]

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection; its own thread does the TLS handshake."""
        connection, address = super().get_request()
        if self._tls:
            connection = self._tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, address

    def process_request(self, request: Any, client_address: Any) -> None:
        """Keep a reference to the connection until it ends."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Drop the reference to the connection."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log an error of a handler, unless the client closed the connection."""
        if not isinstance(sys.exception(), OSError):
            logger.exception("simulator.failed")


def serve(
    world: World, port: int = 0, *, tls: ssl.SSLContext | None = None
) -> SimulatorServer:
    """
    Return a server for use in a ``with`` block.

    :param port: the TCP port; 0 chooses a free one
    :param tls: serve HTTPS with this context
    :raises OSError: if the port is in use
    """
    return SimulatorServer(world, port, tls)


class _Handler(BaseHTTPRequestHandler):
    """Converts between HTTP on a socket and the types of `wire`."""

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
        response = self.server.world.handle(
            self._simulated_request(body, complete=complete)
        )
        self.server.stopped.wait(response.delay_seconds)
        if response.termination is Termination.ANSWERED:
            self._send(response)
        else:
            self.close_connection = True
            stopped = self.server.stopped
            abort_connection(
                self.connection, response, lambda: self._render(response), stopped
            )

    # The base class looks its methods up by these names.
    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (inherited)
        """Log at debug level only; the request line holds no secret."""
        logger.debug(format, *args)

    def _declared_length(self) -> int | None:
        """Return Content-Length; None if it was invalid and an error has been sent."""
        text = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers:
            self._refuse(411, "The request has no Content-Length.")
        elif not (text.isascii() and text.isdigit() and len(text) < _MAX_LENGTH_DIGITS):
            self._refuse(400, "The Content-Length is no number.")
        elif int(text) > MAX_BODY_BYTES:
            self._refuse(413, "Request entity too large.")
        else:
            return int(text)
        return None

    def _read(self, length: int) -> bytes:
        try:
            return self.rfile.read(length)
        except ConnectionError:
            return b""

    def _simulated_request(self, body: bytes, *, complete: bool) -> SimulatedRequest:
        url = urlsplit(self.path)
        return SimulatedRequest(
            method=self.command,
            path=unquote(url.path),
            query=dict(parse_qsl(url.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            complete=complete,
            peer=self.client_address[0],
            address=self.server.address_for_host(self.headers.get("Host", "")),
        )

    def _refuse(self, status: int, message: str) -> None:
        # The body is not read, so the connection cannot be used for another request.
        self.close_connection = True
        refusal = GatewayRefusal(status, "APIGW.0201", message)
        self._send(refusal.to_response(uuid4().hex))

    def _render(self, response: SimulatedResponse) -> bytes:
        """Return the bytes that `_send` would send."""
        real, self.wfile = self.wfile, BytesIO()
        try:
            self._send(response)
            return self.wfile.getvalue()
        finally:
            self.wfile = real

    def _send(self, response: SimulatedResponse) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(response.body)


def _close_connection(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        logger.debug("simulator.connection_gone")
