"""The disk is full under `./run`: nothing is lost, and it works again by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.small_disk import SmallDisk, kill, small_disk
from tests.services.stack import answers, wait_for

pytestmark = pytest.mark.services


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "portal") as started:
        yield started


class TestFullDisk:
    def test_ends_nothing_and_all_goes_on_when_there_is_room_again(
        self, disk: SmallDisk
    ) -> None:
        alice, bob = disk.person("alice"), disk.person("bob")
        path = alice.ask("logs-search")
        supervisor = disk.processes("supervis")
        disk.fill()
        assert bob.approve(path).status_code >= 500
        for _ in range(2):  # each end of a worker is a line in the supervisor's log
            worker = disk.processes("celery")
            kill(worker)
            wait_for(lambda was=worker: disk.processes("celery") - was)
        assert disk.processes("supervis") == supervisor
        assert answers(f"{disk.url}/livez")
        disk.empty()
        written = len(disk.log("worker"))
        assert alice.state(path) == "pending"
        assert bob.approve(path).status_code == 200
        alice.waits_for(path, "active")
        assert len(disk.log("worker")) > written
