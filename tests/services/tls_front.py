"""TLS in front of a server that speaks none, as a proxy would put it there."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator

from tests.services.certificates import Files


@contextlib.contextmanager
def tls_front(files: Files, host: str, port: int) -> Iterator[int]:
    """Yield the port of a proxy that ends TLS in front of this server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        arguments = (listening, context, (host, port))
        threading.Thread(target=_serve, args=arguments, daemon=True).start()
        yield listening.getsockname()[1]


def _serve(
    listening: socket.socket, context: ssl.SSLContext, server: tuple[str, int]
) -> None:
    with contextlib.suppress(OSError):  # the test is over
        while True:
            plain, _ = listening.accept()
            try:
                client = context.wrap_socket(plain, server_side=True)
            except OSError:
                plain.close()  # whoever came did not trust the certificate
                continue
            behind = socket.create_connection(server)
            for pair in ((client, behind), (behind, client)):
                threading.Thread(target=_copy, args=pair, daemon=True).start()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    for each in (source, target):
        each.close()
