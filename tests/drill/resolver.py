"""A host name that one process cannot resolve until somebody says so."""

import socket
from pathlib import Path
from typing import Any, Final

HOST: Final = "css.drill.invalid"
"""A name of this machine, once `mend` was called; the top level is reserved (RFC 2606)."""

_FILE: Final = "name-resolves"
_real = socket.getaddrinfo


def mend(folder: Path) -> None:
    """Let the name resolve from now on, in every process of this row."""
    (folder / _FILE).touch()


def wrap(folder: Path) -> None:
    """Have this process look for the name itself; every other one goes on as before."""

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host != HOST:
            return _real(host, *args, **kwargs)
        if (folder / _FILE).exists():
            return _real("127.0.0.1", *args, **kwargs)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    socket.getaddrinfo = getaddrinfo
