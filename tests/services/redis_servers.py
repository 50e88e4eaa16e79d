"""Redis servers that belong to one test, which may break them."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis, RedisError

from tests.services.stack import free_port, wait_for


@contextmanager
def redis_server(
    folder: Path, *options: str, port: int = 0, tls: dict[str, str] | None = None
) -> Iterator[int]:
    """
    Yield the port of a Redis that keeps its files in `folder`.

    `tls` are redis-py's options for a server whose `options` make it speak TLS there.
    """
    if (program := shutil.which("redis-server")) is None:
        pytest.skip("needs redis-server on PATH")
    port = port or free_port()
    where = ("--tls-port", str(port), "--port", "0") if tls else ("--port", str(port))
    folder.mkdir(exist_ok=True)
    command = [program, *where, "--bind", "127.0.0.1", "--dir", str(folder), *options]
    with (folder / "redis.log").open("wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        wait_for(lambda: _answers(port, tls or {}))
        yield port
    finally:
        process.kill()
        process.wait()


def _answers(port: int, tls: dict[str, str]) -> bool:
    try:
        with Redis(host="127.0.0.1", port=port, ssl=bool(tls), **tls) as redis:  # type: ignore[arg-type]
            return bool(redis.ping())
    except RedisError:
        return False
