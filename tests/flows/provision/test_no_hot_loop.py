"""A closed gate costs few calls, and no event is repeated, while beat does not run."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db.models.functions import Now

from clusters import tasks, wiring
from clusters.domain.states import MOVES, State, Verb
from clusters.models import CloudProject, ClusterRequest, Event
from clusters.operations.projects.pause import resume_cloud_project
from clusters.operations.provisioning import claim
from clusters.operations.provisioning.reconcile import reconcile
from tests.factories import NOON, approved, user
from tests.flows.provision.rows import make_due, reload
from tests.flows.provision.shut_gates import CLOSED, WAITING, Shut, Worker, claim_lost
from tests.flows.provision.wire import Scripted

pytestmark = pytest.mark.django_db

ROUNDS = 5
TWO_ROWS = ("first-index", "second-index")


@pytest.fixture
def worker(wire, cloud, monkeypatch) -> Worker:
    monkeypatch.setattr(wiring, "cloud", lambda _project: cloud)
    return Worker(wire, monkeypatch)


@pytest.mark.parametrize("shut", [*WAITING, *CLOSED], ids=lambda shut: shut.__name__)
class TestAShutGate:
    def test_makes_no_worker_go_round_while_beat_is_silent(
        self, project, wire, worker, monkeypatch, shut: Shut
    ):
        for name in TWO_ROWS:
            approved(name)
        told = events_of_requests()
        shut(wire, monkeypatch)
        worker.works(project)
        assert worker.delivered == 1
        assert worker.heads <= len(TWO_ROWS)
        assert len(worker.calls) <= 6 * len(TWO_ROWS)
        assert events_of_requests() - told <= 2 * len(TWO_ROWS)
        calls, events = len(worker.calls), events_of_requests()
        worker.works(project)
        assert (len(worker.calls), events_of_requests()) == (calls, events)


@pytest.mark.parametrize("shut", CLOSED, ids=lambda shut: shut.__name__)
class TestAClosedCloudProject:
    def test_is_not_asked_anything_however_often_it_is_woken(
        self, project, wire, worker, monkeypatch, shut: Shut
    ):
        for name in TWO_ROWS:
            approved(name)
        shut(wire, monkeypatch)
        worker.works(project)
        calls, events = len(worker.calls), events_of_requests()
        for _ in range(ROUNDS):
            make_due()
            worker.works(project)
        assert (len(worker.calls), events_of_requests()) == (calls, events)


WITHOUT_NEWS = [shut for shut in WAITING if shut is not claim_lost]


@pytest.mark.parametrize("shut", WITHOUT_NEWS, ids=lambda shut: shut.__name__)
class TestARowThatWaits:
    def test_writes_why_once_and_waits_longer_each_time(
        self, project, wire, worker, monkeypatch, shut: Shut
    ):
        row = approved()
        shut(wire, monkeypatch)
        for failures in range(1, ROUNDS):
            make_due()
            worker.works(project)
            waiting = reload(row)
            assert (waiting.state, waiting.failures) == (State.APPROVED, failures)
            assert waiting.claim == failures
            wait = waiting.due_at - waiting.claimed_at
            assert wait >= wiring.engine_settings().back_off(failures)
        kinds = list(row.events.values_list("kind", flat=True))
        assert kinds == ["submit", "approve", "claim", "release"]

    def test_keeps_the_order_of_moves_when_it_gets_through(
        self, project, wire, worker, monkeypatch, shut: Shut
    ):
        row = approved()
        with monkeypatch.context() as broken:
            shut(wire, broken)
            for _ in range(ROUNDS):
                make_due()
                worker.works(project)
        wire.before_create = wire.before_list = wire.next_list = None
        make_due()
        worker.works(project)
        assert reload(row).state == State.CREATING
        refuse_unheard_of(row)
        last_claim = row.events.filter(kind=Verb.CLAIM).last()
        assert last_claim.data == {"claim": reload(row).claim}


class TestAChangedReason:
    def test_is_written_with_the_claim_that_led_to_it(self, project, wire, worker):
        row = approved()
        for status in (403, 403, 404, 404, 403):
            wire.next_list = Scripted(status, b"no")
            make_due()
            worker.works(project)
        refuse_unheard_of(row)
        moves = list(row.events.values_list("kind", flat=True))
        assert moves == ["submit", "approve", *["claim", "release"] * 3]
        claims = [each.data["claim"] for each in row.events.filter(kind=Verb.CLAIM)]
        assert claims == [1, 3, 5]

    def test_is_that_a_worker_died_meanwhile(self, project, wire, worker):
        row = approved()
        for _ in range(2):
            wire.next_list = Scripted(500, b"no")
            make_due()
            worker.works(project)
        make_due()
        claimed = claim.claim_next(
            project.pk, engine=wiring.engine_settings(), now=NOON
        )
        assert row.events.filter(kind=Verb.CLAIM).count() == 1
        ClusterRequest.objects.update(claimed_until=Now() - timedelta(days=1))
        reconcile(now=NOON)
        refuse_unheard_of(row)
        assert row.events.filter(kind=Verb.CLAIM).last().data == {
            "claim": claimed.number
        }


class TestGivingBackAtTheStop:
    def test_lets_the_next_worker_take_it_at_once(
        self, project, wire, worker, monkeypatch
    ):
        row = approved()
        wire.before_create = tasks._STOPPING.set
        try:
            worker.works(project)
        finally:
            tasks._STOPPING.clear()
        waiting = reload(row)
        assert (waiting.state, waiting.due_at, waiting.failures) == (
            "approved",
            None,
            0,
        )
        assert worker.delivered == 1
        wire.before_create = None
        worker.works(project)
        assert reload(row).state == State.CREATING


class TestResume:
    def test_makes_what_waits_due_at_once_from_the_first_back_off_on(self, project):
        row = approved()
        later = Now() + wiring.engine_settings().back_off(9)
        ClusterRequest.objects.update(due_at=later, failures=9)
        CloudProject.objects.update(due_at=later, paused_at=NOON, paused_by="person")
        project.refresh_from_db()
        resume_cloud_project(project, by=user("olga"), now=NOON)
        assert (reload(row).due_at, reload(row).failures) == (None, 0)

    def test_wakes_nothing_that_does_not_wait_because_of_a_failure(self, project):
        row = approved()
        never = NOON.replace(year=9999)
        ClusterRequest.objects.update(due_at=never)
        CloudProject.objects.update(paused_at=NOON, paused_by="person")
        project.refresh_from_db()
        resume_cloud_project(project, by=user("olga"), now=NOON)
        assert reload(row).due_at == never


def events_of_requests() -> int:
    """Count what stands in histories of requests; a pause is one of its project's own."""
    return Event.objects.exclude(request=None).count()


def refuse_unheard_of(row: ClusterRequest) -> None:
    """Fail unless each written move begins where the one before ended, in one chain."""
    events = list(row.events.order_by("seq"))
    for before, after in pairwise(events):
        assert after.from_state == before.to_state
        assert after.previous_hash == before.hash
        assert after.hash == after.expected_hash()
        move = MOVES[Verb(after.kind)]
        assert after.from_state in move.sources
        assert after.to_state == move.target
