"""An answer waits in memory for a client that does not read, up to a limit."""

import io
import socket
from collections.abc import Iterator

import pytest

from portal.serving.limits import KIB, MIB, Limits
from portal.serving.outgoing import Outgoing


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.settimeout(60)
    with ours, theirs:
        yield ours, theirs


def read_all(theirs: socket.socket, outgoing: Outgoing) -> bytes:
    """Read until nothing is left to send, and the rest."""
    got = b""
    while outgoing.size:
        got += theirs.recv(64 * KIB)
        outgoing.flush()
    theirs.setblocking(False)
    try:
        while block := theirs.recv(64 * KIB):
            got += block
    except BlockingIOError:
        pass
    return got


class TestOutgoing:
    def test_keeps_what_the_client_does_not_take(
        self, pair: tuple[socket.socket, socket.socket]
    ) -> None:
        ours, theirs = pair
        outgoing = Outgoing(ours, Limits())
        answer = bytes(range(256)) * 8 * KIB
        outgoing.sendall(answer)
        assert 0 < outgoing.size < len(answer)
        assert read_all(theirs, outgoing) == answer

    def test_sends_its_part_of_a_file(
        self, pair: tuple[socket.socket, socket.socket]
    ) -> None:
        ours, theirs = pair
        outgoing = Outgoing(ours, Limits())
        outgoing.sendfile(io.BytesIO(b"0123456789"), offset=2, count=5)
        outgoing.flush()
        assert theirs.recv(100) == b"23456"

    def test_gives_up_on_a_client_that_does_not_read_a_long_answer(
        self, pair: tuple[socket.socket, socket.socket]
    ) -> None:
        limits = Limits(answer_bytes=100 * KIB, answer_seconds=0.1)
        outgoing = Outgoing(pair[0], limits)
        with pytest.raises(TimeoutError):
            outgoing.sendall(2 * MIB * b"x")

    def test_says_that_the_client_is_gone(
        self, pair: tuple[socket.socket, socket.socket]
    ) -> None:
        ours, theirs = pair
        theirs.close()
        with pytest.raises(BrokenPipeError):
            Outgoing(ours, Limits()).sendall(MIB * b"x")
