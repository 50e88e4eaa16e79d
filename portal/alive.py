"""Is the web process up: what ./run waits for and a container's health check runs."""

import contextlib
import http.client
import os
import sys
from urllib.parse import urlsplit


def is_up() -> bool:
    """Ask for /livez, where web listens and by the name that it expects to be called."""
    address = os.environ.get("BIND_ADDRESS") or "127.0.0.1"
    port = int(os.environ.get("PORT") or "8000")
    host = urlsplit(os.environ.get("PUBLIC_URL", "")).netloc or f"127.0.0.1:{port}"
    connection = http.client.HTTPConnection(address, port, timeout=4)
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/livez", headers={"Host": host})
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False


if __name__ == "__main__":
    # As a file and not as a module: the package would load Django at every check.
    sys.exit(not is_up())
