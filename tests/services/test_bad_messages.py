"""Whatever is in the queue, the worker handles the next valid message."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection
from redis import Redis

from tests.services.bad_messages import Sent, envelopes, of_every_broker
from tests.services.migrated import MigratedDatabases
from tests.services.stack import Stack, wait_for

pytestmark = pytest.mark.services


@pytest.fixture
def worker(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    queue_name: str,
    migrated: MigratedDatabases,
) -> Iterator[Stack]:
    """A worker alone, on a database with tables."""
    made = Stack(
        folder=tmp_path,
        database_url=f"sqlite:///{tmp_path}/portal.sqlite3",
        broker_url=f"filesystem://{tmp_path}/broker",
        queue=queue_name,
        changes={"DEBUG": "off", "PUBLIC_URL": "http://portal.test"},
    )
    if request.param != "files":
        made.broker_url = request.getfixturevalue(f"{request.param}_url")
    try:
        migrated.copy_to(made)
        made.start_worker("worker")
        wait_for(lambda: "ready" in made.log("worker"))
        yield made
    finally:
        made.stop()


def put(stack: Stack, raw: list[bytes]) -> None:
    """Write these past kombu."""
    if stack.broker_url.startswith("redis"):
        with Redis.from_url(stack.broker_url) as redis:
            redis.lpush(f"{stack.queue}:{stack.queue}", *raw)
        return
    folder = stack.folder / "broker" / "messages"
    for number, content in enumerate(raw):
        name = f"{time.time_ns():020d}_{number}.{stack.queue}.msg"
        (folder / name).write_bytes(content)


def publish(stack: Stack, sent: list[Sent]) -> None:
    """Send these over RabbitMQ."""
    with Connection(stack.broker_url) as connection:
        channel = connection.default_channel
        for one in sent:
            message = channel.prepare_message(
                one.body,
                content_type=one.content_type,
                content_encoding=one.content_encoding,
                headers=one.headers,
            )
            channel.basic_publish(message, exchange="", routing_key=stack.queue)


def lives(stack: Stack, number: str) -> bool:
    """Whether the task of this id was done; fails when the worker has ended."""
    log = stack.log("worker")
    ended = stack.processes["worker"].poll()
    assert ended is None, f"the worker ended: {log[-1500:]}"
    return any(number in line and "task_succeeded" in line for line in log.splitlines())


def good() -> Sent:
    """A message like no other, which would be taken for one that waits already."""
    return Sent("good", body=b'[[], {"last": 1}, {}]')


class TestWorker:
    @pytest.mark.parametrize(
        "worker",
        [pytest.param("files", marks=pytest.mark.nightly), "redis"],
        indirect=True,
    )
    def test_outlives_what_is_written_into_its_queue(
        self, worker: Stack, tmp_path: Path
    ) -> None:
        last = good()
        raw = [*envelopes(tmp_path / "ran"), json.dumps(last.envelope()).encode()]
        put(worker, raw)
        wait_for(lambda: lives(worker, last.headers["id"]))
        assert not (tmp_path / "ran").exists()

    @pytest.mark.nightly
    @pytest.mark.parametrize("worker", ["amqp"], indirect=True)
    def test_outlives_what_is_sent_to_it(self, worker: Stack, tmp_path: Path) -> None:
        last = good()
        publish(worker, [*of_every_broker(tmp_path / "ran"), last])
        wait_for(lambda: lives(worker, last.headers["id"]))
        assert not (tmp_path / "ran").exists()
