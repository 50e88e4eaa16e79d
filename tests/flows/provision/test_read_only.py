"""A database that stops taking changes, as in a failover, at each step of a create."""

from contextlib import ExitStack

import pytest
from django.db import DatabaseError

from clusters import tasks
from clusters.domain.states import State
from clusters.models import Attempt, Installation
from clusters.operations.core import db_retry
from clusters.simulator.world import World
from tests.factories import approved
from tests.flows.provision.rows import make_due, reload
from tests.read_only import read_only

# PostgreSQL lets nobody write again in a transaction that was read-only.
pytestmark = pytest.mark.django_db(transaction=True)


class Failover:
    """The database is read-only until somebody waits for it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._held = ExitStack()
        self.creates_meanwhile: list[int] = []

    def begin(self) -> None:
        self._held.enter_context(read_only())

    def end(self, _seconds: float = 0) -> None:
        self.creates_meanwhile.append(len(self._world.creates))
        self._held.close()


@pytest.fixture
def failover(monkeypatch: pytest.MonkeyPatch, world: World):
    made = Failover(world)
    how = {**db_retry.retry_until_saved.__kwdefaults__, "wait": made.end}
    monkeypatch.setattr(db_retry.retry_until_saved, "__kwdefaults__", how)
    yield made
    made.end()


class TestAWorker:
    def test_that_cannot_claim_sends_nothing(
        self, take_turn, world: World, failover: Failover
    ):
        row = approved()
        failover.begin()
        with pytest.raises(DatabaseError):
            take_turn()
        assert world.creates == []
        assert reload(row).state == State.APPROVED
        failover.end()
        take_turn()
        assert reload(row).state == State.CREATING
        assert len(world.creates) == 1

    def test_whose_gate_cannot_commit_sends_nothing(
        self, take_turn, wire, world: World, failover: Failover
    ):
        row = approved()
        wire.before_create = failover.begin
        take_turn()
        assert failover.creates_meanwhile == [0]
        assert world.creates == []
        assert Attempt.objects.count() == 0
        assert reload(row).state == State.APPROVED
        wire.before_create = None
        make_due()
        take_turn()
        assert reload(row).state == State.CREATING
        assert len(world.creates) == 1

    def test_that_cannot_save_the_answer_waits_and_sends_no_second_one(
        self, take_turn, world: World, failover: Failover, monkeypatch
    ):
        row = approved()
        handle = world.handle

        def answer_and_fail_over(call):
            answer = handle(call)
            if world.creates:
                failover.begin()
            return answer

        monkeypatch.setattr(world, "handle", answer_and_fail_over)
        take_turn()
        assert failover.creates_meanwhile[0] == 1
        assert reload(row).state == State.CREATING
        assert len(world.creates) == 1


class TestTheStartOfAWorker:
    def test_waits_for_a_database_that_it_can_be_sure_of(
        self, failover: Failover, settings
    ):
        # Celery goes on after an error of this check as if it had been passed.
        settings.INSTALLATION_ID = "the-first"
        failover.begin()
        tasks.require_own_database()
        assert failover.creates_meanwhile == [0]
        assert Installation.objects.get().installation_id == "the-first"
