"""A reverse proxy for tests: ends TLS and hands each request to the next process."""

import contextlib
import http.client
import ssl
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

OF_ONE_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class RoundRobin:
    """Takes turns over the ports, and passes over one where nobody listens."""

    def __init__(self, ports: Sequence[int], folder: Path) -> None:
        self.served: Counter[int] = Counter()
        self._ports, self._turns = ports, cycle(range(len(ports)))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self.port: int = self._server.server_address[1]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_certificate(folder))
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """Serve while the block lasts."""
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def connect(self) -> http.client.HTTPConnection:
        """Return a connection to whose turn it is, or to the next who listens."""
        first = next(self._turns)
        for port in (*self._ports[first:], *self._ports[:first]):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            with contextlib.suppress(ConnectionRefusedError):
                connection.connect()
                self.served[port] += 1
                return connection
        raise ConnectionRefusedError("no web process listens")


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, proxy: RoundRobin, *args: Any) -> None:
        self._proxy = proxy
        super().__init__(*args)

    def handle(self) -> None:
        """Serve a browser that may leave, or at first distrust our certificate."""
        with contextlib.suppress(OSError):
            super().handle()

    def do_GET(self) -> None:
        """Pass one request on, with what a proxy that ends TLS says about it."""
        length = int(self.headers.get("Content-Length", 0))
        headers = {name: self.headers[name] for name in _lasting(self.headers)}
        headers["X-Forwarded-Proto"] = "https"
        headers["X-Forwarded-For"] = self.client_address[0]
        with contextlib.closing(self._proxy.connect()) as connection:
            connection.request(
                self.command, self.path, self.rfile.read(length), headers
            )
            self._answer(connection.getresponse())

    def do_POST(self) -> None:
        """Likewise."""
        self.do_GET()

    def _answer(self, answer: http.client.HTTPResponse) -> None:
        body = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in OF_ONE_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _lasting(headers: Any) -> list[str]:
    return [name for name in headers if name.lower() not in OF_ONE_HOP]


def _certificate(folder: Path) -> Path:
    """Write a key and the certificate that it signed for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "proxy.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file
