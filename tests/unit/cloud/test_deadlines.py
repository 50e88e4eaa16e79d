"""The deadline of a whole call, whatever the server does to prolong it."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from clusters.cloud.errors import CloudUnavailable
from clusters.cloud.huawei import connections
from clusters.cloud.huawei.deadlines import CallDeadline, running
from clusters.cloud.huawei.http import CloudHttp
from clusters.cloud.huawei.responses import CloudResponse
from tests.unit.cloud.test_http import NoToken
from tests.unit.cloud.wire import (
    LOOPBACK,
    Behaviour,
    ScriptedServer,
    ServerConnection,
    hang,
    reply,
)

ROOT = Path(__file__).parents[3]

CALL = 0.3
"""Seconds that a call may take in these tests."""

SLACK = 10.0
"""Seconds that a busy machine may add. Without a deadline each takes some 30 seconds."""

IN_A_FORKED_CHILD = """
import os, sys, time
from clusters.cloud.huawei.deadlines import CallDeadline

def is_cut(call):
    with call:
        until = time.monotonic() + 20
        while not call.has_passed and time.monotonic() < until:
            time.sleep(0.005)
    return call.has_passed

with CallDeadline(60.0):
    child = os.fork()
    if child == 0:
        os._exit(0 if is_cut(CallDeadline(0.01)) else 1)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@contextmanager
def http(**options: Any) -> Iterator[CloudHttp]:
    # The read timeout alone would never expire: each byte and each retry restarts it.
    made = CloudHttp(
        connect_timeout=CALL / 2, read_timeout=CALL / 2, hosts=LOOPBACK, **options
    )
    yield made
    made.close()


@contextmanager
def within_the_call() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < CALL + SLACK


def drip_head(connection: ServerConnection) -> bool:
    connection.drip(b"HTTP/1.1 200 OK\r\n" + b"A: " + b"b" * 1500)
    return False


def drip_body(connection: ServerConnection) -> bool:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1500\r\n\r\n")
    connection.drip(b"x" * 1500)
    return False


def drip_body_without_length(connection: ServerConnection) -> bool:
    connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
    connection.drip(b'{"cluster": {"id": "' + b"x" * 1500)
    return False


def drip_chunks(connection: ServerConnection) -> bool:
    connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    connection.drip(b"1\r\nx\r\n" * 250)
    return False


def continue_for_ever(connection: ServerConnection) -> bool:
    connection.drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 250, every=0.005)
    return False


DRAWN_OUT = [
    drip_head,
    drip_body,
    drip_body_without_length,
    drip_chunks,
    continue_for_ever,
    hang,
]


class TestCallDeadline:
    @pytest.mark.parametrize("behaviour", DRAWN_OUT)
    def test_ends_a_create(self, behaviour: Behaviour) -> None:
        with ScriptedServer(behaviour) as wire, http() as client:
            with within_the_call():
                assert _failed(lambda: client.post(wire.url, body=b"{}"))

            assert len(wire.posts) == 1

    @pytest.mark.parametrize("behaviour", DRAWN_OUT)
    def test_ends_a_read_together_with_its_retries(self, behaviour: Behaviour) -> None:
        with ScriptedServer(behaviour) as wire, http() as client, within_the_call():
            assert _failed(lambda: client.get(wire.url, auth=NoToken(), params={}))

    @pytest.mark.parametrize("behaviour", DRAWN_OUT)
    def test_ends_a_call_on_a_reused_connection(self, behaviour: Behaviour) -> None:
        with ScriptedServer(reply(200, {}), behaviour) as wire, http() as client:
            assert client.post(wire.url, body=b"{}").status == 200
            with within_the_call():
                assert _failed(lambda: client.post(wire.url, body=b"{}"))

            assert wire.connections == 1

    def test_ends_a_tls_handshake(self) -> None:
        def drip_handshake(connection: ServerConnection) -> bool:
            # A handshake record that promises 16 kB and takes its time.
            connection.drip(b"\x16\x03\x03\x40\x00" + b"\x02" * 1500)
            return False

        with ScriptedServer(hang, before=drip_handshake) as wire, http() as client:
            url = wire.url.replace("http:", "https:")
            with within_the_call(), pytest.raises(CloudUnavailable):
                client.post(url, body=b"{}")

    def test_ends_the_connect_of_a_proxy(self) -> None:
        with ScriptedServer(drip_head) as proxy, http(proxy=proxy.url) as client:
            with within_the_call(), pytest.raises(CloudUnavailable):
                client.post("https://css.test/", body=b"{}")

            assert proxy.received[0].method == "CONNECT"

    def test_ends_a_slow_name_server(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with ScriptedServer(hang) as wire, http() as client:
            is_over = threading.Event()

            def slow(*_: Any, **__: Any) -> Any:
                is_over.wait(CALL + SLACK)  # what the system's resolver does
                return []

            monkeypatch.setattr(connections.socket, "getaddrinfo", slow)
            with (
                within_the_call(),
                pytest.raises(CloudUnavailable, match=r"within|ConnectTimeout"),
            ):
                client.post(wire.url, body=b"{}")
            is_over.set()

    def test_names_the_deadline_as_the_reason(self) -> None:
        within = pytest.raises(CloudUnavailable, match=r"within 0\.3 seconds")
        with ScriptedServer(continue_for_ever) as wire, http() as client, within:
            client.post(wire.url, body=b"{}")

    def test_does_not_end_a_quick_call(self) -> None:
        with ScriptedServer(reply(200, {"a": 1})) as wire, http() as client:
            assert client.post(wire.url, body=b"{}").json == {"a": 1}

    def test_gives_the_next_call_on_the_same_connection_its_own_time(self) -> None:
        def spaced(connection: ServerConnection) -> bool:
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
            connection.drip(b"{}", every=CALL * 0.3)
            return True

        with ScriptedServer(spaced) as wire, http() as client:
            for _ in range(3):
                assert client.post(wire.url, body=b"{}").json == {}

            assert wire.connections == 1

    def test_shuts_down_at_once_what_is_attached_too_late(self) -> None:
        with ScriptedServer(hang) as wire, CallDeadline(0.0) as call:
            call.cut()
            host, port = wire.url.removeprefix("http://").split(":")
            with connections.socket.create_connection((host, int(port))) as late:
                late.settimeout(60)
                call.attach(late)

                assert late.recv(1) == b""

    def test_does_nothing_once_the_call_is_over(self) -> None:
        with CallDeadline(60.0) as call:
            assert running() is call
        call.cut()

        assert running() is None
        assert not call.has_passed

    def test_works_in_a_forked_child(self) -> None:
        # In a process whose only other thread is the watchdog: this one has more, and
        # what a lock of theirs does in a child is none of the product's business.
        ignore = ("-W", "ignore::DeprecationWarning")
        done = subprocess.run(
            [sys.executable, *ignore, "-c", IN_A_FORKED_CHILD],
            cwd=ROOT,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0


def _failed(call: Any) -> bool:
    """Whether the call brought no whole answer."""
    try:
        answer: CloudResponse = call()
    except CloudUnavailable:
        return True
    return answer.json is None
