"""A host name that cannot be resolved until `repair` is called."""

import socket
from pathlib import Path
from typing import Any, Final

HOST: Final = "css.drill.invalid"
"""Resolves to 127.0.0.1 after `repair`; `.invalid` is reserved (RFC 2606)."""

_FILE: Final = "name-resolves"
_real = socket.getaddrinfo


def repair(folder: Path) -> None:
    """Let the name resolve from now on, in all processes of this case."""
    (folder / _FILE).touch()


def wrap(folder: Path) -> None:
    """Replace `socket.getaddrinfo` in this process; other names resolve as before."""

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host != HOST:
            return _real(host, *args, **kwargs)
        if (folder / _FILE).exists():
            return _real("127.0.0.1", *args, **kwargs)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    socket.getaddrinfo = getaddrinfo
