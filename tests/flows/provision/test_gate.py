"""The last commit before a body leaves, and workers that die around it."""

from datetime import timedelta

import pytest
from django.db import OperationalError, transaction
from django.db.models import F

from clusters.domain.states import State
from clusters.models import Attempt, CloudProject, ClusterRequest
from clusters.operations.core.errors import GateShut
from clusters.operations.core.transitions import advance
from clusters.operations.provisioning import provision
from clusters.operations.provisioning.claim import Claim, claim_next
from clusters.operations.provisioning.gate import Gate
from clusters.operations.provisioning.reconcile import reconcile
from clusters.operations.requests.cancel import cancel_request
from clusters.simulator.world import World
from tests.factories import approved
from tests.flows.provision.conftest import ENGINE
from tests.flows.provision.rows import reload

pytestmark = pytest.mark.django_db


def gate_of(claim: Claim) -> Gate:
    row = ClusterRequest.objects.get(id=claim.request_id)
    return Gate(
        claim,
        body_sha256=row.body_sha256,
        place_sha256=row.place_sha256,
        call=ENGINE.call,
        is_stopping=lambda: False,
    )


def let_the_claim_lapse() -> None:
    ClusterRequest.objects.update(claimed_until=F("claimed_until") - timedelta(days=1))


class TestGate:
    def test_shut_lets_no_body_reach_the_cloud(self, take_turn, world: World, wire):
        row = approved()
        wire.before_create = lambda: ClusterRequest.objects.update(claim=F("claim") + 1)
        take_turn()
        assert world.creates == []
        assert Attempt.objects.count() == 0
        assert reload(row).state == State.SENDING

    def test_shuts_for_a_paused_project(self, take_turn, world: World, wire, clock):
        row = approved()
        wire.before_create = lambda: CloudProject.objects.update(
            paused_at=clock(), paused_by="person"
        )
        take_turn()
        assert world.creates == []
        assert reload(row).state == State.APPROVED
        assert reload(row).waits_because == "The cloud project is paused."

    def test_shuts_for_a_worker_that_was_asked_to_stop(self, take_turn, world: World):
        row = approved()
        asked = iter([False, True])
        take_turn(is_stopping=lambda: next(asked))
        assert world.creates == []
        assert reload(row).state == State.APPROVED
        assert reload(row).waits_because == "The worker was asked to stop."

    def test_shuts_when_its_commit_took_too_long(
        self, take_turn, world: World, monkeypatch
    ):
        row = approved()
        clocks = iter([(0.0, 0.0), (5.5, 0.1)])
        monkeypatch.setattr(
            "clusters.operations.provisioning.gate._clocks", lambda: next(clocks)
        )
        take_turn()
        assert world.creates == []
        assert reload(row).state == State.APPROVED
        assert row.attempts.get().outcome == "not_sent"

    def test_shuts_when_the_database_does_not_take_the_attempt(
        self, take_turn, world: World, monkeypatch
    ):
        row = approved()

        def fail(**_):
            raise OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(Attempt.objects, "create", fail)
        take_turn()
        assert world.creates == []
        assert reload(row).state == State.APPROVED
        assert reload(row).sent_at is None
        assert reload(row).due_at is not None

    def test_opens_once_for_each_claim(self, project, clock):
        approved()
        gate = gate_of(claim_next(project.id, engine=ENGINE, now=clock()))
        gate()
        with pytest.raises(GateShut):
            gate()
        assert Attempt.objects.count() == 1

    @pytest.mark.parametrize("state", [State.APPROVED, State.CANCELLED, State.UNCLEAR])
    def test_stays_shut_when_the_row_is_not_being_sent(self, project, clock, state):
        approved()
        gate = gate_of(claim_next(project.id, engine=ENGINE, now=clock()))
        ClusterRequest.objects.update(state=state)
        with pytest.raises(GateShut):
            gate()
        assert Attempt.objects.count() == 0

    def test_never_opens_within_a_transaction_of_another(self, project, clock):
        approved()
        claim = claim_next(project.id, engine=ENGINE, now=clock())
        with pytest.raises(RuntimeError), transaction.atomic():
            gate_of(claim)()
        assert Attempt.objects.count() == 0


class TestRace:
    def test_of_the_gate_with_a_sweep_is_won_by_one_of_them(
        self, project, clock, monkeypatch
    ):
        row = approved()
        claim = claim_next(project.id, engine=ENGINE, now=clock())
        let_the_claim_lapse()

        def open_first(*args, **how):
            gate_of(claim)()
            return advance(*args, **how)

        monkeypatch.setattr(
            "clusters.operations.provisioning.reconcile.advance", open_first
        )
        assert reconcile(now=clock()) == 0
        assert reload(row).state == State.SENDING
        assert reload(row).claim == claim.number

    def test_of_a_claim_with_a_cancel_leaves_the_next_row_to_the_worker(
        self, project, clock, monkeypatch
    ):
        rows = [approved("first-index"), approved("second-index")]
        tried = []

        def cancel_first(request_id, *args, **how):
            tried.append(request_id)
            if len(tried) == 1:
                row = ClusterRequest.objects.get(id=request_id)
                cancel_request(row, by=row.requester, now=clock())
            advance(request_id, *args, **how)

        monkeypatch.setattr(
            "clusters.operations.provisioning.claim.advance", cancel_first
        )
        assert claim_next(project.id, engine=ENGINE, now=clock()).request_id == tried[1]
        # The claim takes back what was done within its try, this cancel of ours included.
        states = {row.id: reload(row).state for row in rows}
        assert states == {tried[0]: State.APPROVED, tried[1]: State.SENDING}

    def test_lost_by_the_gate_sends_nothing(self, take_turn, world: World, wire, clock):
        row = approved()

        def take_claim_back():
            wire.before_create = None
            let_the_claim_lapse()
            reconcile(now=clock())

        wire.before_create = take_claim_back
        take_turn()
        assert world.creates == []
        assert reload(row).state == State.APPROVED
        take_turn()
        assert reload(row).state == State.CREATING
        assert len(world.creates) == 1


class TestDeadWorker:
    def test_before_the_gate_gives_the_row_back_at_once(
        self, project, clock, take_turn, world: World
    ):
        row = approved()
        claim = claim_next(project.id, engine=ENGINE, now=clock())
        reconcile(now=clock())
        assert reload(row).state == State.SENDING
        let_the_claim_lapse()
        reconcile(now=clock())
        assert reload(row).state == State.APPROVED
        assert reload(row).claim == claim.number + 1
        take_turn()
        assert len(world.clusters) == 1

    def test_after_the_gate_leaves_the_row_unclear(
        self, take_turn, world: World, monkeypatch, clock, poll
    ):
        row = approved()

        class Killed(BaseException):
            pass

        def die(*_, **__):
            raise Killed

        monkeypatch.setattr(provision, "save_answer", die)
        with pytest.raises(Killed):
            take_turn()
        assert reload(row).state == State.SENDING
        ClusterRequest.objects.update(answer_by=F("answer_by") - timedelta(days=1))
        reconcile(now=clock())
        assert reload(row).state == State.UNCLEAR
        poll()
        assert reload(row).state == State.CREATING
        assert len(world.creates) == 1
