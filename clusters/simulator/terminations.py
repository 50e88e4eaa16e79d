"""The ways in which a connection ends that are no answer."""

import contextlib
import os
import socket
import struct
from collections.abc import Callable
from threading import Event

from clusters.simulator.wire import Answer, Ending

_NO_HTTP = b"\x15\x00this is neither TLS nor HTTP\r\n\r\n"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def end_badly(
    connection: socket.socket,
    answer: Answer,
    rendered: Callable[[], bytes],
    stopped: Event,
) -> None:
    """
    Do to the connection what the answer's ending says; the caller then closes it.

    ``rendered`` gives the whole answer as it would go out; ``stopped`` is set when the
    server stops, so that nothing here keeps it.
    """
    with contextlib.suppress(OSError):
        match answer.ending:
            case Ending.RESET:
                _reset(connection)
            case Ending.TRUNCATED:
                whole = rendered()
                connection.sendall(whole[: len(whole) - (len(answer.body) + 1) // 2])
            case Ending.HANGING:
                _wait_for_the_caller_to_leave(connection)
            case Ending.DRIPPED:
                _drip(connection, rendered(), answer.drip_seconds, stopped)
            case Ending.GARBLED:
                # Past the TLS layer, if there is one.
                os.write(connection.fileno(), _NO_HTTP)


def _reset(connection: socket.socket) -> None:
    option = (socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    connection.setsockopt(*option)
    # The server would say good-bye first, and its streams keep the connection open.
    os.close(connection.detach())


def _wait_for_the_caller_to_leave(connection: socket.socket) -> None:
    connection.settimeout(None)
    while connection.recv(1_024):
        pass


def _drip(
    connection: socket.socket, whole: bytes, pause: float, stopped: Event
) -> None:
    for position in range(len(whole)):
        if stopped.wait(pause):
            return
        connection.sendall(whole[position : position + 1])
