"""Abnormal termination of a connection: reset, truncation, silence, invalid bytes."""

import contextlib
import os
import socket
import struct
from collections.abc import Callable
from threading import Event

from clusters.simulator.wire import SimulatedResponse, Termination

_INVALID_BYTES = b"\x15\x00this is neither TLS nor HTTP\r\n\r\n"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def abort_connection(
    connection: socket.socket,
    response: SimulatedResponse,
    rendered: Callable[[], bytes],
    stopped: Event,
) -> None:
    """
    Terminate the connection as ``response.termination`` says; the caller closes it.

    Errors of the socket are ignored, since the client may have closed it first.

    :param rendered: returns the complete HTTP response, head and body, as bytes
    :param stopped: set when the server stops; ends a response that is sent slowly
    """
    with contextlib.suppress(OSError):
        match response.termination:
            case Termination.RESET:
                _reset(connection)
            case Termination.TRUNCATED:
                whole = rendered()
                connection.sendall(whole[: len(whole) - (len(response.body) + 1) // 2])
            case Termination.HANGING:
                _wait_for_client_to_close(connection)
            case Termination.DRIPPED:
                _drip(connection, rendered(), response.drip_seconds, stopped)
            case Termination.GARBLED:
                # Write to the file descriptor, so that a TLS layer does not encrypt it.
                os.write(connection.fileno(), _INVALID_BYTES)


def _reset(connection: socket.socket) -> None:
    option = (socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    connection.setsockopt(*option)
    # close() of the socket object would shut the connection down properly first, and
    # the server's streams hold references that keep it open.
    os.close(connection.detach())


def _wait_for_client_to_close(connection: socket.socket) -> None:
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
