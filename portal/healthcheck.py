"""Is the web process up: what ./run waits for and a container's health check runs."""

import contextlib
import http.client
import runpy
import sys
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

FOLDER: Final = Path(__file__).resolve().parent


def is_up() -> bool:
    """Ask for /livez, where web listens and by the name that it expects to be called."""
    find = _sources().find
    address = find("BIND_ADDRESS").strip() or "127.0.0.1"
    port = int(find("PORT").strip() or "8000")
    host = urlsplit(find("PUBLIC_URL").strip()).netloc or f"127.0.0.1:{port}"
    connection = http.client.HTTPConnection(address, port, timeout=4)
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/livez", headers={"Host": host})
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False


def _sources() -> Any:
    """Return the reader of the settings: that file alone, for the reason below."""
    found = runpy.run_path(str(FOLDER / "environment" / "sources.py"))
    return found["Sources"](FOLDER.parent / ".env")


if __name__ == "__main__":
    # As a file and not as a module: the package would load Django at every check.
    sys.exit(not is_up())
