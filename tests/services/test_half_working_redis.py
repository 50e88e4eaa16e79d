"""A Redis that answers but takes no writes: a replica, a full one, one without rights."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from redis import Redis

from tests.services.migrated import MigratedDatabases
from tests.services.redis_servers import redis_server
from tests.services.stack import Stack, wait_for
from tests.services.ticks import wait_for_a_tick

pytestmark = pytest.mark.services


class Server:
    """A Redis, the master that it may have, and a connection that may do anything."""

    def __init__(self, folder: Path, port: int, master: int) -> None:
        self.folder, self.port, self.master = folder, port, master
        self.admin: Redis[str] = Redis(
            host="127.0.0.1", port=port, username="admin", password="secret"
        )
        Redis(host="127.0.0.1", port=port).execute_command(
            "ACL SETUSER admin on >secret ~* &* +@all"
        )  # whatever happens to the user of the portal

    def tell(self, *command: str) -> None:
        """Send one command."""
        self.admin.execute_command(*command)

    def become_replica(self) -> None:
        self.tell(f"REPLICAOF 127.0.0.1 {self.master}")
        wait_for(lambda: self.admin.info("replication")["master_link_status"] == "up")

    def become_master(self) -> None:
        self.tell("REPLICAOF NO ONE")

    def lose_its_master(self) -> None:
        self.tell("CONFIG SET replica-serve-stale-data no")
        self.tell("REPLICAOF 127.0.0.1 1")

    def fail_to_save(self) -> None:
        shutil.rmtree(self.folder)
        self.tell("CONFIG SET", "save", "1 1")
        self.tell("BGSAVE")
        wait_for(lambda: self.admin.info()["rdb_last_bgsave_status"] == "err")

    def save_again(self) -> None:
        self.tell("CONFIG SET stop-writes-on-bgsave-error no")

    def fill(self) -> None:
        self.tell("CONFIG SET maxmemory 1")

    def make_room(self) -> None:
        self.tell("CONFIG SET maxmemory 0")

    def take_rights(self) -> None:
        self.tell("ACL SETUSER default -@all")

    def give_rights(self) -> None:
        self.tell("ACL SETUSER default +@all")

    def ask_for_a_password(self) -> None:
        self.tell("ACL SETUSER default resetpass >other")
        self.tell("CLIENT KILL USER default")

    def ask_for_none(self) -> None:
        self.tell("ACL SETUSER default nopass")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """One that is well so far."""
    with (
        redis_server(tmp_path / "master") as master,
        redis_server(tmp_path / "redis") as port,
    ):
        yield Server(tmp_path / "redis", port, master)


@pytest.fixture
def stack(
    tmp_path: Path, migrated: MigratedDatabases, server: Server
) -> Iterator[Stack]:
    """Not started yet."""
    made = Stack(
        folder=tmp_path,
        database_url=f"sqlite:///{tmp_path}/portal.sqlite3",
        broker_url=f"redis://127.0.0.1:{server.port}/0",
        changes={"WORKER_BEATS": "on"},
    )
    try:
        migrated.copy_to(made)
        yield made
    finally:
        made.stop()


def readiness(stack: Stack) -> dict[str, Any]:
    """Return what /readyz says."""
    answer = requests.get(f"{stack.url}/readyz", timeout=20)
    parts: dict[str, Any] = answer.json()
    return parts


TROUBLES: dict[str, tuple[str, Callable[[Server], None], Callable[[Server], None]]] = {
    "a replica": ("read-only", Server.become_replica, Server.become_master),
    "a replica without its master": (
        "down",
        Server.lose_its_master,
        Server.become_master,
    ),
    "a full disk": ("read-only", Server.fail_to_save, Server.save_again),
    "no memory": ("full", Server.fill, Server.make_room),
    "no rights": ("refused", Server.take_rights, Server.give_rights),
    "another password": ("refused", Server.ask_for_a_password, Server.ask_for_none),
}


OFTEN = "a replica"
"""Tried before each change; the others have the same course and another word."""


@pytest.mark.parametrize(
    ("word", "begin", "end"),
    [
        pytest.param(
            *trouble, id=name, marks=[] if name == OFTEN else [pytest.mark.nightly]
        )
        for name, trouble in TROUBLES.items()
    ],
)
class TestBroker:
    def test_is_waited_for(
        self,
        stack: Stack,
        server: Server,
        word: str,
        begin: Callable[[Server], None],
        end: Callable[[Server], None],
    ) -> None:
        stack.start_worker("worker")
        stack.start_web()
        wait_for_a_tick(stack)
        begin(server)
        wait_for(lambda: readiness(stack)["worker"] == "silent")
        enqueue = (
            "from clusters.operations.core.dispatch import enqueue_provisioning;"
            " enqueue_provisioning(1)"
        )
        stack.manage("shell", "--command", enqueue)
        assert readiness(stack)["broker"] == word
        end(server)
        wait_for_a_tick(stack)
        assert readiness(stack)["broker"] == "ok"


@pytest.mark.nightly
class TestCache:
    def test_of_a_replica_fails_no_page_and_loses_no_request(
        self, stack: Stack, server: Server
    ) -> None:
        stack.cache_url = stack.broker_url.replace("redis", "rediscache", 1)
        stack.broker_url = f"filesystem://{stack.folder}/broker"
        stack.start(migrate=lambda _: None)
        alice, bob = stack.person("alice"), stack.person("bob")
        path = alice.ask("shop-search")
        server.become_replica()
        assert readiness(stack)["cache"] == "read-only"
        for page in ("/", "/requests/", "/requests/new/", path):
            alice.get(page)
        bob.approve(path)
        server.become_master()
        bob.waits_for(path, "active")
        assert readiness(stack)["cache"] == "ok"
