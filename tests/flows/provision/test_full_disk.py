"""A disk without room while a create is on its way; SQLite's file is on that disk."""

import resource
from dataclasses import dataclass, field

import pytest
from django.db import OperationalError

from clusters.domain.states import State
from clusters.models import Attempt
from clusters.operations.core import db_retry
from clusters.operations.requests.decide import approve_request
from clusters.simulator.world import World
from tests.factories import NOON, approved, submitted, user
from tests.flows.provision.rows import make_due, reload

# Only a real commit writes to the file.
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Disk:
    """This process writes not one byte to any file while it is full."""

    creates_while_full: list[int] = field(default_factory=list)

    def fill(self) -> None:
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))

    def empty(self) -> None:
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch, world: World):
    """A disk that gets room again when somebody waits for it."""
    made = Disk()

    def wait(_: float) -> None:
        made.creates_while_full.append(len(world.creates))
        made.empty()

    monkeypatch.setattr(db_retry.time, "sleep", wait)
    how = {**db_retry.retry_until_saved.__kwdefaults__, "wait": wait}
    monkeypatch.setattr(db_retry.retry_until_saved, "__kwdefaults__", how)
    yield made
    made.empty()


class TestFullDisk:
    def test_of_a_gate_that_cannot_commit_sends_nothing_and_loses_nothing(
        self, take_turn, wire, world: World, disk: Disk, clock
    ):
        row = approved()
        wire.before_create = disk.fill
        take_turn()
        assert disk.creates_while_full == [0]
        assert world.creates == []
        assert Attempt.objects.count() == 0
        assert reload(row).state == State.APPROVED
        wire.before_create = None
        make_due()
        take_turn()
        assert reload(row).state == State.CREATING
        assert len(world.creates) == 1

    def test_at_the_answer_waits_for_room_and_sends_no_second_one(
        self, take_turn, wire, world: World, disk: Disk, monkeypatch
    ):
        row = approved()
        handle = world.handle

        def answer_and_fill(call):
            answer = handle(call)
            if world.creates:
                disk.fill()
            return answer

        monkeypatch.setattr(world, "handle", answer_and_fill)
        take_turn()
        assert disk.creates_while_full == [1]
        assert reload(row).state == State.CREATING
        assert len(world.creates) == 1

    def test_takes_no_decision_and_leaves_what_was_asked(self, disk: Disk):
        row = submitted()
        bob = user("bob")
        disk.fill()
        with pytest.raises(OperationalError):
            approve_request(row, approver=bob, body_sha256=row.body_sha256, now=NOON)
        disk.empty()
        assert reload(row).state == State.PENDING
        approve_request(row, approver=bob, body_sha256=row.body_sha256, now=NOON)
        assert reload(row).state == State.APPROVED
