"""Where the simulator of `./run` listens: chosen once, because a place never moves."""

import random
import socket
import sys
from pathlib import Path
from typing import Final

from portal.queue.atomic_file import write_whole

FIRST: Final = 20_000
LAST: Final = 32_767
"""Below what systems give to outgoing connections, so that none of these takes it."""


def kept_port(file: Path, *, not_this: int) -> int:
    """
    Return the port that the file holds; a free one, kept there from now on, without it.

    Ends the process with one sentence where that port cannot be had.
    """
    try:
        port = _read(file)
    except FileNotFoundError:
        port = _choose(not_this)
        write_whole(file, f"{port}\n")
    if port == not_this or not is_free(port):
        sys.exit(
            f"Port {port}, at which the simulator of this folder's demo stays, is in use."
            " Stop what listens there, or give the portal another one, then ./run again."
        )
    return port


def is_free(port: int) -> bool:
    """Whether somebody could listen on this port of this machine now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _read(file: Path) -> int:
    text = file.read_text(encoding="utf-8", errors="replace").strip()
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 65_535):
        sys.exit(
            f"{file} holds no port. Write the one of the demo's addresses on /operate/"
            " to it; without a demo, remove the file."
        )
    return int(text)


def _choose(not_this: int) -> int:
    ports = list(range(FIRST, LAST + 1))
    random.shuffle(ports)
    free = (port for port in ports if port != not_this and is_free(port))
    return next(free, 0) or sys.exit(f"No port from {FIRST} to {LAST} is free.")
