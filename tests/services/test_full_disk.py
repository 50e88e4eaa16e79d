"""The disk is full under `./run`: nothing is lost, and it works again by itself."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.running import environment_of_a_person
from tests.services.small_disk import SmallDisk, checkout, command, kill, small_disk
from tests.services.stack import answers, free_port, wait_for

pytestmark = pytest.mark.services


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "portal") as started:
        yield started


def end_worker(disk: SmallDisk, number: signal.Signals) -> None:
    """End the worker, and wait until there is another one."""
    worker = disk.processes("celery")
    kill(worker, number)
    wait_for(lambda: disk.processes("celery") - worker)
    wait_for(lambda: not disk.processes("celery") & worker)


class TestFullDisk:
    @pytest.mark.nightly
    def test_ends_nothing_and_all_goes_on_when_there_is_room_again(
        self, disk: SmallDisk
    ) -> None:
        alice, bob = disk.person("alice"), disk.person("bob")
        waiting, moving = alice.ask("waiting"), alice.ask("moving")
        supervisor = disk.processes("supervising")
        disk.inject(slow_seconds=2)
        bob.approve(moving)
        alice.waits_for(moving, "sending")
        disk.fill()
        refused = bob.approve(waiting)
        assert refused.status_code == 503
        assert "cannot be saved now" in refused.text
        for _ in range(3):  # each end of a worker is a line in the supervisor's log
            end_worker(disk, signal.SIGKILL)
        assert disk.processes("supervising") == supervisor
        assert answers(f"{disk.url}/livez")
        assert disk.creates("waiting") == 0
        disk.empty()
        disk.inject(slow_seconds=None)
        written = len(disk.log("worker"))
        assert alice.state(waiting) == "pending"
        assert bob.approve(waiting).status_code == 200
        for path in (waiting, moving):
            alice.waits_for(path, "active")
        assert (disk.creates("waiting"), disk.creates("moving")) == (1, 1)
        assert len(disk.log("worker")) > written
        assert "no room on the disk" in disk.log("supervisord")
        end_worker(disk, signal.SIGTERM)  # as it does when its clock dies: exit code 0

    def test_at_the_start_is_said_in_one_sentence(self, tmp_path: Path) -> None:
        done = subprocess.run(
            command("64k"),
            cwd=checkout(tmp_path / "portal"),
            env=environment_of_a_person(PORT=str(free_port())),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 1
        assert done.stderr == "The disk is full. Make room on it, then ./run again.\n"
