"""A RabbitMQ with policies for queues: the worker uses the queues that are there."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from tests.services import vhosts
from tests.services.migrated import MigratedDatabases
from tests.services.stack import ROOT, Stack, wait_for
from tests.services.ticks import wait_for_a_tick
from tests.services.vhosts import Operated
from tests.shared import once

pytestmark = [pytest.mark.services, pytest.mark.nightly]

NOTHING = "^$"
GUIDE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
GUIDED = re.findall(r"set_permissions -p VHOST USER '(.+?)' '(.+?)' '(.+?)'", GUIDE)[0]
"""The rights that the guide gives: configure, write, read."""

SHORT = {"message-ttl": 1, "max-length": 1, "expires": 1000}
OPERATED = {
    "a quorum queue": Operated(queue={"x-queue-type": "quorum"}),
    "no right to declare": Operated(queue={}, rights=(NOTHING, ".*", ".*")),
    "quorum by default": Operated(queue_type="quorum"),
    "streams by default": Operated(queue_type="stream"),
    "the guide's rights": Operated(rights=GUIDED),
    "short lives": Operated(policy=SHORT | {"dead-letter-exchange": "nowhere"}),
    "short quorum": Operated(
        queue_type="quorum", policy={"max-length": 1, "delivery-limit": 0}
    ),
    "one consumer": Operated(queue={"x-single-active-consumer": True}),
    "priorities and a TTL": Operated(
        queue={"x-max-priority": 5, "x-message-ttl": 60_000}
    ),
    "not durable": Operated(queue={}, durable=False),
    "the guide's rights and a queue": Operated(
        queue={"x-queue-type": "quorum"}, rights=(NOTHING, *GUIDED[1:])
    ),
}

Runs = Callable[[Operated], Stack]


@pytest.fixture(scope="session")
def server(amqp_url: str, shared_folder: Path) -> str:
    """The URL of a RabbitMQ that can be told to make virtual hosts."""

    def find_out(file: Path) -> None:
        is_told = vhosts.can_be_made() and vhosts.is_served_by(amqp_url)
        file.write_text("yes" if is_told else "no")

    if once(shared_folder / "rabbitmq-can-be-told", find_out).read_text() == "no":
        pytest.skip("needs rabbitmqctl, and the rights of RabbitMQ's operator")
    return amqp_url


@pytest.fixture
def runs(tmp_path: Path, server: str, migrated: MigratedDatabases) -> Iterator[Runs]:
    """Start a worker with its own clock in a virtual host that is set up like this."""
    with ExitStack() as stack:

        def run(operated: Operated) -> Stack:
            url = stack.enter_context(vhosts.made(server, operated, queue="portal"))
            made = Stack(
                folder=tmp_path,
                database_url=f"sqlite:///{tmp_path}/portal.sqlite3",
                broker_url=url,
                queue="portal",
                changes={"WORKER_BEATS": "on"},
            )
            stack.callback(made.stop)
            migrated.copy_to(made)
            made.start_worker("worker")
            return made

        yield run


def readiness(stack: Stack) -> tuple[str, str]:
    """Return what /readyz says of broker and worker."""
    parts = requests.get(f"{stack.url}/readyz", timeout=20).json()
    return parts["broker"], parts["worker"]


class TestWorker:
    @pytest.mark.parametrize("operated", OPERATED.values(), ids=[*OPERATED])
    def test_consumes_from_what_the_operator_made(
        self, runs: Runs, operated: Operated
    ) -> None:
        stack = runs(operated)
        wait_for_a_tick(stack)

    def test_needs_one_queue_however_it_is_started(self, runs: Runs) -> None:
        stack = runs(Operated(queue_type="quorum"))
        stack.kill("worker")
        line = ("--app", "portal", "worker", "--pool", "threads")
        stack.start_program("worker", "celery", *line)
        wait_for_a_tick(stack)
        vhost = vhosts.name_of(stack.broker_url)
        assert vhosts.control("list_queues", "-p", vhost, "name").split() == [
            "name",
            "portal",
        ]

    @pytest.mark.parametrize(
        "rights",
        [(NOTHING, ".*", ".*"), (".*", ".*", NOTHING)],
        ids=["declare", "read"],
    )
    def test_stops_with_one_line_without_the_right_to(
        self, runs: Runs, rights: tuple[str, str, str]
    ) -> None:
        stack = runs(Operated(rights=rights))
        assert stack.processes["worker"].wait(timeout=60) == 1
        log = stack.log("worker")
        why = [line for line in log.splitlines() if "CELERY_BROKER_URL: " in line]
        assert len(why) == 1, log
        assert "ACCESS_REFUSED" in why[0]
        assert "Traceback" not in log

    def test_goes_on_when_its_queue_was_deleted(self, runs: Runs) -> None:
        stack = runs(Operated())
        wait_for_a_tick(stack)
        vhost = vhosts.name_of(stack.broker_url)
        vhosts.control("delete_queue", "--vhost", vhost, "portal")
        wait_for_a_tick(stack)

    def test_goes_on_when_its_connections_and_the_clocks_were_closed(
        self, runs: Runs
    ) -> None:
        stack = runs(Operated())
        wait_for_a_tick(stack)
        vhost = vhosts.name_of(stack.broker_url)
        vhosts.control("close_all_connections", "--vhost", vhost, "for a test")
        wait_for_a_tick(stack)


class TestReadiness:
    def test_names_a_queue_that_takes_nothing(self, runs: Runs) -> None:
        full = {"max-length": 0, "overflow": "reject-publish"}
        stack = runs(Operated(policy=full, queue={}))
        stack.start_web()
        wait_for(lambda: readiness(stack) == ("full", "missing"))
