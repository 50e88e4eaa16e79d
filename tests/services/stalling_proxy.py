"""A TCP proxy that relays calls to a server, or accepts them and never answers."""

import contextlib
import socket
import socketserver
import threading


class StallingProxy:
    """
    Relays bytes until `hang`; afterwards it reads calls and answers none.

    `taken` holds the request line of every call that hangs, `served` that of the others.
    """

    def __init__(self, target_port: int) -> None:
        self.target = ("127.0.0.1", target_port)
        self.taken: list[str] = []
        self.served: list[str] = []
        self._hangs = threading.Event()
        self._open: list[socket.socket] = []
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def hang(self) -> None:
        """Stop answering, also on connections that are open."""
        self._hangs.set()

    def close(self) -> None:
        """Close every connection, so that callers that wait get an error."""
        self._server.shutdown()
        self._server.server_close()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def relay(self, caller: socket.socket) -> None:
        """Relay between one caller and the server, until the caller closes."""
        with socket.create_connection(self.target) as server:
            self._open += [caller, server]
            threading.Thread(target=_pump, args=(server, caller), daemon=True).start()
            while block := _received(caller):
                heads = self.taken if self._hangs.is_set() else self.served
                if block.split(b" ", 1)[0] in (b"GET", b"POST", b"DELETE"):
                    heads.append(block.split(b"\r\n", 1)[0].decode())
                if not self._hangs.is_set():
                    server.sendall(block)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, proxy: StallingProxy) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", 0), _Caller)


class _Caller(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self.server.proxy.relay(self.request)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while block := _received(source):
            sink.sendall(block)
        sink.shutdown(socket.SHUT_WR)


def _received(source: socket.socket) -> bytes:
    try:
        return source.recv(65_536)
    except OSError:
        return b""
