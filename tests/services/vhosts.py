"""Virtual hosts of RabbitMQ, with policies that an operator may have set."""

import json
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from kombu import Connection
from kombu.exceptions import OperationalError

SECONDS: Final = 60


@dataclass(frozen=True, kw_only=True)
class Operated:
    """What the operator decided; `queue` are the arguments of a queue that is there already."""

    queue_type: str = ""
    policy: dict[str, Any] = field(default_factory=dict)
    queue: dict[str, Any] | None = None
    durable: bool = True
    rights: tuple[str, str, str] = (".*", ".*", ".*")
    """Patterns of names: configure, write, read."""


def can_be_made() -> bool:
    """Whether a RabbitMQ on this machine can be told to make virtual hosts."""
    if shutil.which("rabbitmqctl") is None:
        return False
    return _run("list_vhosts").returncode == 0


@contextmanager
def made(server: str, operated: Operated, *, queue: str) -> Iterator[str]:
    """Yield the URL of a virtual host and user of their own; both are deleted afterwards."""
    name = f"portal-test-{uuid.uuid4().hex}"
    kind = ("--default-queue-type", operated.queue_type) if operated.queue_type else ()
    control("add_vhost", name, *kind)
    try:
        control("add_user", name, "secret")
        if operated.queue is not None:  # which is declared as this user
            control("set_permissions", "-p", name, name, ".*", ".*", ".*")
        if operated.policy:
            policy = json.dumps(operated.policy)
            control("set_policy", "-p", name, "operator", ".*", policy)
        url = f"amqp://{name}:secret@{_address(server)}/{name}"
        _declare(url, queue, operated)
        control("set_permissions", "-p", name, name, *operated.rights)
        yield url
    finally:
        control("delete_vhost", name)
        control("delete_user", name)


def control(*arguments: str) -> str:
    """Tell the RabbitMQ of this machine something; return what it printed."""
    done = _run(*arguments)
    assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
    return done.stdout


def name_of(url: str) -> str:
    """Return the virtual host of this URL."""
    return urlsplit(url).path[1:]


def is_served_by(server: str) -> bool:
    """Whether what `rabbitmqctl` makes is found there; it may be another RabbitMQ."""
    try:
        with made(server, Operated(), queue="") as url, Connection(url) as connection:
            connection.ensure_connection(max_retries=0, timeout=3)
    except (AssertionError, OSError, OperationalError):
        return False
    return True


def _declare(url: str, queue: str, operated: Operated) -> None:
    if operated.queue is None:
        return
    with Connection(url) as connection:
        connection.default_channel.queue_declare(
            queue,
            durable=operated.durable,
            auto_delete=False,
            arguments=operated.queue,
        )


def _address(server: str) -> str:
    return urlsplit(server).netloc.rpartition("@")[2]


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [shutil.which("rabbitmqctl") or "", "--quiet", *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
