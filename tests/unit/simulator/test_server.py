"""The HTTP server: connections, malformed requests, concurrency, shutdown."""

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from threading import Thread

import pytest

from clusters.simulator.server import HOST, MAX_BODY_BYTES, SimulatorServer, serve
from clusters.simulator.world import World
from tests.unit.simulator.caller import PROJECT_ID, Caller, error_of, order

CLUSTERS = f"/v1.0/{PROJECT_ID}/clusters"


@pytest.fixture
def server(world: World) -> Iterator[SimulatorServer]:
    with serve(world) as running:
        yield running


@pytest.fixture
def caller(server: SimulatorServer) -> Caller:
    caller = Caller(server.address)
    caller.sign_in()
    return caller


def send_bytes(server: SimulatorServer, message: bytes) -> bytes:
    """Send bytes, close the sending side and return everything that is received."""
    with socket.create_connection((HOST, server.server_port), timeout=60) as connection:
        connection.sendall(message)
        connection.shutdown(socket.SHUT_WR)
        response = b""
        while block := connection.recv(65_536):
            response += block
    return response


class TestServer:
    def test_keeps_connections_open(self, server: SimulatorServer) -> None:
        connection = HTTPConnection(HOST, server.server_port, timeout=60)
        connection.request("GET", CLUSTERS)
        assert connection.getresponse().read().startswith(b'{"error_code"')
        kept = connection.sock
        connection.request("GET", CLUSTERS)
        assert connection.getresponse().status == 401
        assert connection.sock is kept
        connection.close()

    def test_does_not_count_a_head_without_a_body_as_a_create(
        self, server: SimulatorServer, world: World
    ) -> None:
        head = f"POST {CLUSTERS} HTTP/1.1\r\nHost: x\r\nContent-Length: 400\r\n\r\n"
        assert send_bytes(server, head.encode()) == b""
        assert send_bytes(server, head.encode() + b"{") == b""
        assert world.creates == []
        assert world.calls["empty_bodies"] == 2

    def test_answers_an_empty_body_and_counts_it_separately(
        self, caller: Caller, world: World
    ) -> None:
        response = caller.css("POST", "clusters", data=b"")
        assert error_of(response) == (400, "CSS.0006")
        assert world.creates == []
        assert world.calls["empty_bodies"] == 1

    @pytest.mark.parametrize(
        ("header", "status"),
        [
            (f"Content-Length: {MAX_BODY_BYTES + 1}", b"413"),
            ("Content-Length: many", b"400"),
            ("Content-Length: -1", b"400"),
            (f"Content-Length: {'9' * 5_000}", b"400"),
            ("Transfer-Encoding: chunked", b"411"),
        ],
    )
    def test_refuses_an_invalid_or_too_large_content_length(
        self, server: SimulatorServer, world: World, header: str, status: bytes
    ) -> None:
        head = f"POST {CLUSTERS} HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n"
        response = send_bytes(server, head.encode())
        assert response.split()[1] == status
        assert b"X-Request-Id: " in response
        assert json.loads(response.partition(b"\r\n\r\n")[2])["error_code"]
        assert world.creates == []

    def test_survives_invalid_bytes_and_closed_connections(
        self, server: SimulatorServer, caller: Caller
    ) -> None:
        for message in (b"\x00\xff\r\n\r\n", b"GET", b"GET //[x HTTP/1.1\r\n\r\n"):
            send_bytes(server, message)
        with socket.create_connection((HOST, server.server_port)) as connection:
            connection.sendall(f"GET {CLUSTERS} HTTP/1.1\r\n\r\n".encode())
        assert caller.css("GET", "clusters").status_code == 200

    def test_creates_one_cluster_for_concurrent_requests_with_one_name(
        self, server: SimulatorServer, caller: Caller, world: World
    ) -> None:
        def create(_: int) -> int:
            other = Caller(server.address)
            other.token = caller.token
            return other.create(order()).status_code

        with ThreadPoolExecutor(8) as pool:
            answers = sorted(pool.map(create, range(16)))
        assert answers == [200] + [400] * 15
        assert len(world.clusters) == 1
        assert len(world.creates) == 16

    def test_stops_while_connections_are_open(self, world: World) -> None:
        server = serve(world).__enter__()
        idle = HTTPConnection(HOST, server.server_port, timeout=60)
        idle.request("GET", CLUSTERS)
        idle.getresponse().read()
        stopping = Thread(target=server.__exit__, daemon=True)
        stopping.start()
        stopping.join(timeout=60)
        assert not stopping.is_alive()
        assert idle.sock.recv(1) == b""
        idle.close()

    def test_raises_when_the_port_is_in_use(
        self, server: SimulatorServer, world: World
    ) -> None:
        with pytest.raises(OSError, match="in use"):
            serve(world, server.server_port)
