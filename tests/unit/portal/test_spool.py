"""The embedded broker's folder: what is no message, how much is read, what is folded."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from celery import Celery
from kombu import Connection

from portal.queue import spool
from portal.queue.message_rules import LONGEST
from portal.queue.spool import Spool
from tests.services.bad_messages import DEEP, Sent
from tests.unit.portal.test_broker import connect, messages


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "broker"


@pytest.fixture
def broker(folder: Path) -> Iterator[Connection]:
    with connect(folder) as connection:
        connection.SimpleQueue("portal")  # makes the folders
        yield connection


def put(folder: Path, number: int, sent: Sent) -> Path:
    """Write a message with this place in the order."""
    path = folder / "messages" / f"{number:020d}_x.portal.msg"
    path.write_text(json.dumps(sent.envelope()))
    return path


def work(cloud_project_id: int, **headers: Any) -> Sent:
    """A message which says that this cloud project has work."""
    body = json.dumps([[], {"cloud_project_id": cloud_project_id}, {}]).encode()
    return Sent("work", body=body, headers={"task": "clusters.provision", **headers})


def receive(connection: Connection) -> int | None:
    """Return the number of the cloud project of the next message."""
    try:
        message = connection.SimpleQueue("portal").get(block=False)
    except Empty:
        return None
    message.ack()
    return int(message.payload[1]["cloud_project_id"])


def receive_all(connection: Connection) -> list[int]:
    return list(iter(lambda: receive(connection), None))


class TestJunk:
    @pytest.mark.parametrize(
        "junk",
        [
            DEEP,
            b'{"body": ' + DEEP + b"}",
            b" " * LONGEST + b"{}",
            b"9" * 5_000,
            json.dumps(Sent("x").envelope() | {"body": "no base64"}).encode(),
            json.dumps(Sent("x", headers={"compression": "zlib"}).envelope()).encode(),
            b'{"__type__": "decimal", "__value__": "x"}',
        ],
        ids=["deep", "deep body", "long", "digits", "base64", "packed", "special"],
    )
    def test_is_refused_as_one_bad_message(
        self, broker: Connection, folder: Path, junk: bytes
    ) -> None:
        (folder / "messages" / "0_junk.portal.msg").write_bytes(junk)
        put(folder, 1, work(1))
        assert receive_all(broker) == [1]
        assert messages(folder) == []

    def test_of_another_kind_is_left_alone(
        self, broker: Connection, folder: Path
    ) -> None:
        kept = [folder / "messages" / f"0_{n}.portal.msg" for n in range(4)]
        kept[0].mkdir()
        kept[1].symlink_to("/dev/zero")
        kept[2].symlink_to("/no/such/file")
        os.mkfifo(kept[3])
        put(folder, 1, work(1))
        assert receive_all(broker) == [1]
        assert messages(folder) == kept

    def test_that_cannot_be_read_or_removed_is_read_once(
        self, broker: Connection, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        closed = put(folder, 0, work(0))
        put(folder, 1, work(1))
        opened: list[str] = []

        def fail(self: Path, *_: Any, **__: Any) -> None:
            if self == closed:
                raise PermissionError(13, "Permission denied")
            os.unlink(self)  # noqa: PTH108 - the method that is replaced

        def open_no_closed(path: Path, *args: Any) -> int:
            opened.append(Path(path).name)
            if path == closed:
                raise PermissionError(13, "Permission denied")
            return real_open(path, *args)

        real_open = os.open
        monkeypatch.setattr(Path, "unlink", fail)
        monkeypatch.setattr("portal.queue.spool.os.open", open_no_closed)
        monkeypatch.setattr(spool, "BATCH", 1)
        assert receive_all(broker) == [1]
        assert opened.count(closed.name) == 1


class TestBatches:
    def test_are_bounded_and_keep_the_order(
        self, broker: Connection, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        scans: list[Any] = []
        real_scan = os.scandir

        def scan(path: Path) -> Any:
            scans.append(path)
            return real_scan(path)

        monkeypatch.setattr("portal.queue.spool.os.scandir", scan)
        monkeypatch.setattr(spool, "BATCH", 10)
        for number in range(55):
            put(folder, number, work(number))
        assert receive_all(broker) == list(range(55))
        assert len(scans) == 7, "six batches, and one look that finds nothing"

    def test_belong_to_whoever_removes_the_file(
        self, broker: Connection, folder: Path
    ) -> None:
        for number in range(3):
            put(folder, number, work(number))
        assert receive(broker) == 0
        with connect(folder) as another:
            assert receive(another) == 1
        assert receive_all(broker) == [2]


class TestFolding:
    def test_keeps_the_first_of_equal_ones(
        self, broker: Connection, folder: Path
    ) -> None:
        for number in range(40):
            put(folder, number, work(number % 2))
        assert receive_all(broker) == [0, 1]
        assert messages(folder) == []

    def test_takes_away_none_that_comes_after_the_first_was_taken(
        self, broker: Connection, folder: Path
    ) -> None:
        put(folder, 0, work(7))
        put(folder, 1, work(7))
        assert receive(broker) == 7  # its handler runs from here on
        put(folder, 2, work(7))
        assert receive_all(broker) == [7]

    def test_takes_away_none_when_another_process_has_the_first(
        self, folder: Path, broker: Connection
    ) -> None:
        first = put(folder, 0, work(7))
        reader = Spool(folder / "messages", "portal")
        put(folder, 1, work(8))
        assert reader._read_batch()
        first.unlink()  # another process has it, and its handler runs
        put(folder, 2, work(7))
        taken = [reader.take(), reader.take(), reader.take()]
        found = [one and one["body"] for one in taken]
        assert found == [work(8).envelope()["body"], work(7).envelope()["body"], None]

    def test_is_not_for_messages_that_may_be_late(
        self, broker: Connection, folder: Path
    ) -> None:
        put(folder, 0, work(7, expires="2020-01-01T00:00:00+00:00"))
        put(folder, 1, work(7, expires="2099-01-01T00:00:00+00:00"))
        put(folder, 2, work(7))
        assert receive_all(broker) == [7, 7, 7]

    def test_knows_what_celery_sends(self, broker: Connection, folder: Path) -> None:
        app = Celery(broker="memory://")
        for number in (1, 1, 2, 1):
            app.send_task(
                "clusters.provision",
                kwargs={"cloud_project_id": number},
                connection=broker,
                queue="portal",
            )
        assert receive_all(broker) == [1, 2]
