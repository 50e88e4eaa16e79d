"""
Port of the demo's simulator: chosen once, because a cloud project's place is fixed.
"""

import random
import socket
import sys
from pathlib import Path
from typing import Final

from portal.queue.atomic_file import write_atomically

FIRST: Final = 20_000
LAST: Final = 32_767
"""
Below Linux' range of ephemeral ports (32768-60999), so no outgoing connection has it.
"""


def persistent_port(file: Path, *, exclude: int) -> int:
    """
    Return the port in `file`; if there is none, choose a free one and write it there.

    :raises SystemExit: if that port is in use, or equals `exclude`
    """
    try:
        port = _read(file)
    except FileNotFoundError:
        port = _choose(exclude)
        write_atomically(file, f"{port}\n")
    if port == exclude or not is_free(port):
        sys.exit(
            f"Port {port}, at which the simulator of this folder's demo stays, is in use."
            " Stop what listens there, or give the portal another one, then ./run again."
        )
    return port


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
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


def _choose(exclude: int) -> int:
    ports = list(range(FIRST, LAST + 1))
    random.shuffle(ports)
    free = (port for port in ports if port != exclude and is_free(port))
    return next(free, 0) or sys.exit(f"No port from {FIRST} to {LAST} is free.")
