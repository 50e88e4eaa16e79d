"""
Health check of the web process, for `./run` and for containers: exit code 0 if up.
"""

import contextlib
import http.client
import runpy
import sys
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

FOLDER: Final = Path(__file__).resolve().parent


def is_up() -> bool:
    """
    Request /livez and return whether it answers 200 within 4 seconds.

    Address and port are those on which web listens; the `Host` header is that of
    PUBLIC_URL, since Django refuses other names (ALLOWED_HOSTS).
    """
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
    """Return the reader of the settings, loaded without the package (see below)."""
    found = runpy.run_path(str(FOLDER / "environment" / "sources.py"))
    return found["Sources"](FOLDER.parent / ".env")


if __name__ == "__main__":
    # As a file and not as a module: the package would load Django at every check.
    sys.exit(not is_up())
