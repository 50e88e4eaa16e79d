"""The embedded broker loses nothing, and no file that lies about ends a worker."""

import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection
from kombu.simple import SimpleQueue

from portal.queue.celery_settings import transport_options


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "broker"


@pytest.fixture
def broker(folder: Path) -> Iterator[Connection]:
    with connect(folder) as connection:
        yield connection


def connect(folder: Path) -> Connection:
    options = transport_options(
        "filesystem://", folder=folder, queue="portal", call_seconds=65
    )
    return Connection(
        transport="portal.queue.embedded_broker:Transport", transport_options=options
    )


def messages(folder: Path) -> list[Path]:
    return sorted((folder / "messages").iterdir())


def take_all(queue: SimpleQueue) -> list[Any]:
    taken = []
    while True:
        try:
            message = queue.get(block=False)
        except Empty:
            return taken
        message.ack()
        taken.append(message.payload)


class TestChannel:
    def test_gives_messages_in_the_order_they_came(self, broker: Connection) -> None:
        queue = broker.SimpleQueue("portal")
        for number in range(12):
            queue.put({"id": number})
        assert take_all(queue) == [{"id": number} for number in range(12)]

    def test_keeps_messages_over_a_restart(self, folder: Path) -> None:
        with connect(folder) as before:
            before.SimpleQueue("portal").put({"id": 1})
        with connect(folder) as after:
            assert take_all(after.SimpleQueue("portal")) == [{"id": 1}]

    def test_keeps_queues_apart(self, broker: Connection) -> None:
        broker.SimpleQueue("portal.other").put("theirs")
        broker.SimpleQueue("portal").put("ours")
        assert take_all(broker.SimpleQueue("portal")) == ["ours"]
        assert take_all(broker.SimpleQueue("portal.other")) == ["theirs"]

    def test_gives_each_message_once_to_many_readers(self, folder: Path) -> None:
        with connect(folder) as writer:
            queue = writer.SimpleQueue("portal")
            for number in range(60):
                queue.put(number)
        taken: list[int] = []
        in_threads(4, lambda _: taken.extend(take_all_alone(folder)))
        assert sorted(taken) == list(range(60))

    def test_loses_nothing_of_many_writers_while_reading(self, folder: Path) -> None:
        taken: list[int] = []
        with connect(folder) as reader:
            queue = reader.SimpleQueue("portal")
            writers = start_threads(4, lambda number: write(folder, number, count=25))
            while any(writer.is_alive() for writer in writers):
                taken += take_all(queue)
            taken += take_all(queue)
        assert sorted(taken) == list(range(100))

    def test_shows_no_message_before_it_is_whole(
        self, broker: Connection, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[list[Path]] = []
        queue = broker.SimpleQueue("portal")
        monkeypatch.setattr(
            "os.fsync",
            lambda _: seen.append(list((folder / "messages").glob("*.msg"))),
        )
        queue.put("whole")
        assert seen[0] == []
        assert len(seen[-1]) == 1

    def test_leaves_nothing_behind_when_the_disk_is_full(
        self, broker: Connection, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        queue = broker.SimpleQueue("portal")
        monkeypatch.setattr("os.fsync", raise_disk_full)
        with pytest.raises(OSError, match="No space left"):
            queue.put("lost")
        assert messages(folder) == []

    @pytest.mark.parametrize(
        "junk",
        [
            b"",
            b'{"body": "half',
            b"\xff\xfe\x00",
            b"[]",
            b"null",
            b"{}",
            b'{"body": "eyJ9", "properties": {}}',
            b'{"body": 7, "properties": {"delivery_tag": "t", "delivery_info": {}}}',
            b'{"properties": {"delivery_tag": "t", "delivery_info": {}}}',
        ],
    )
    def test_drops_a_file_that_is_no_message(
        self, broker: Connection, folder: Path, junk: bytes
    ) -> None:
        queue = broker.SimpleQueue("portal")
        (folder / "messages" / "0_junk.portal.msg").write_bytes(junk)
        queue.put("after the junk")
        assert take_all(queue) == ["after the junk"]
        assert messages(folder) == []

    def test_skips_what_is_no_file_of_ours(
        self, broker: Connection, folder: Path
    ) -> None:
        queue = broker.SimpleQueue("portal")
        (folder / "messages" / "0_folder.portal.msg").mkdir()
        (folder / "messages" / "notes.txt").write_text("hello")
        queue.put("ours")
        assert take_all(queue) == ["ours"]

    def test_mends_a_broken_list_of_queues(self, folder: Path) -> None:
        with connect(folder) as first:
            first.SimpleQueue("portal").put(1)
        for table in (folder / "exchanges").glob("*.exchange"):
            table.write_text('[["portal", "", "por')
        with connect(folder) as second:
            second.SimpleQueue("portal").put(2)
            assert take_all(second.SimpleQueue("portal")) == [1, 2]

    def test_keeps_its_folders_to_its_owner(
        self, broker: Connection, folder: Path
    ) -> None:
        broker.SimpleQueue("portal").put("secret enough")
        for part in ("messages", "exchanges"):
            assert stat.S_IMODE((folder / part).stat().st_mode) == 0o700
        assert stat.S_IMODE(messages(folder)[0].stat().st_mode) == 0o600


def raise_disk_full(_: int) -> None:
    raise OSError(28, "No space left on device")


def take_all_alone(folder: Path) -> list[Any]:
    with connect(folder) as connection:
        return take_all(connection.SimpleQueue("portal"))


def write(folder: Path, number: int, *, count: int) -> None:
    with connect(folder) as connection:
        queue = connection.SimpleQueue("portal")
        for offset in range(count):
            queue.put(number * count + offset)


def start_threads(count: int, work: Any) -> list[threading.Thread]:
    threads = [threading.Thread(target=work, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    return threads


def in_threads(count: int, work: Any) -> None:
    for thread in start_threads(count, work):
        thread.join(timeout=30)
