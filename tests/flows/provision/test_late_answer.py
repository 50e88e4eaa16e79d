"""An answer that comes when another worker holds the claim, or a scan has moved the request."""

import pytest
from django.db.models import F
from django.db.models.functions import Now

from clusters.domain.states import State
from clusters.models import CloudProject, ClusterRequest, InventorySnapshot
from clusters.operations.polling.poll import projects_to_poll
from clusters.operations.provisioning import provision
from clusters.operations.provisioning.answer import save_answer
from clusters.operations.provisioning.claim import claim_next
from clusters.simulator.world import World
from tests.factories import approved, cluster, forget_clusters
from tests.flows.provision.rows import reload
from tests.flows.provision.wire import Scripted
from tests.openings import change_history

pytestmark = pytest.mark.django_db

REFUSED = Scripted.json(400, {"errCode": "CSS.1112", "externalMessage": "quota"})
ANSWERS = {
    "accepted": None,
    "refused": REFUSED,
    "unknown": Scripted(504, b""),
    "name_held": Scripted.json(409, {"errCode": "CSS.5050"}),
    "busy": Scripted.json(400, {"errCode": "CSS.0045"}),
    "unauthorised": Scripted.json(401, {"error_code": "APIGW.0301"}),
    "throttled": Scripted.json(429, {"error_code": "APIGW.0308"}),
}


@pytest.fixture
def meanwhile(monkeypatch):
    """Let the row change after the answer came and before it is saved."""

    def change(**columns):
        def late(*args, **how):
            ClusterRequest.objects.update(**columns)
            save_answer(*args, **how)

        monkeypatch.setattr(provision, "save_answer", late)

    return change


class TestRobbedRow:
    @pytest.mark.parametrize("outcome", ANSWERS)
    def test_stays_with_its_new_owner(self, take_turn, wire, meanwhile, outcome):
        row = approved()
        wire.next_create = ANSWERS[outcome]
        meanwhile(claim=F("claim") + 1, sent_at=None, answer_by=None)
        claim = take_turn()
        kept = reload(row)
        assert kept.state == State.SENDING
        assert kept.claim == claim.number + 1
        assert (kept.cloud_id, kept.error_code) == ("", "")
        assert row.attempts.get().outcome == outcome

    def test_has_the_id_on_the_attempt_and_in_its_history(
        self, take_turn, meanwhile, world: World
    ):
        row = approved()
        meanwhile(claim=F("claim") + 1)
        take_turn()
        made = world.clusters[0].id
        assert row.attempts.get().cluster_id == made
        assert row.events.last().kind == "answer.late"
        assert row.events.last().data["cluster_id"] == made


class TestRobbedBeforeItReadsTheRow:
    def test_makes_no_decision_void_under_which_another_one_sends(
        self, take_turn, monkeypatch
    ):
        row = approved()

        def stand_still(*args, **how):
            claim = claim_next(*args, **how)
            ClusterRequest.objects.update(claim=F("claim") + 1, sent_at=Now())
            CloudProject.objects.update(api_version="v2")
            return claim

        monkeypatch.setattr(provision, "claim_next", stand_still)
        take_turn()
        assert reload(row).state == State.SENDING
        assert row.decisions.get().voided_at is None


class TestAnIdOfTheFirstOfTwoAttempts:
    """It comes when the second is under way, or nobody waits for it any more."""

    def test_keeps_a_refusal_of_the_second_from_being_the_end(
        self, take_turn, poll, wire
    ):
        row = approved()
        wire.next_create = ANSWERS["unknown"]
        take_turn()
        ClusterRequest.objects.update(state=State.APPROVED)
        first = row.attempts.filter(number=1)

        def answer_late():
            with change_history():
                first.update(outcome="accepted", cluster_id="made")

        wire.before_create = answer_late
        wire.next_create = REFUSED
        take_turn()
        assert reload(row).state == State.UNCLEAR
        poll()
        assert (reload(row).state, reload(row).cloud_id) == (State.CREATING, "made")

    @pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED, State.APPROVED])
    def test_is_taken_up_by_the_next_look(self, take_turn, poll, world, state):
        row = approved()
        take_turn()
        forget_clusters(state=state)
        assert row.attempts.get().cluster_id == world.clusters[0].id
        InventorySnapshot.objects.update(ended_at=None)
        assert projects_to_poll().exists()
        poll()
        assert reload(row).state == State.CREATING
        assert reload(row).cloud_id == world.clusters[0].id
        assert row.events.filter(kind="found").exists()

    def test_is_taken_up_where_the_cloud_drops_tags(self, take_turn, poll, world):
        world.inject(drop_tags=True)
        row = approved()
        take_turn()
        forget_clusters(state=State.FAILED)
        poll()
        assert reload(row).cloud_id == world.clusters[0].id


class TestUnknownAnswer:
    def test_of_a_gate_that_the_database_forgot_is_settled_all_the_same(
        self, take_turn, wire, meanwhile
    ):
        row = approved()
        wire.next_create = ANSWERS["unknown"]
        meanwhile(sent_at=None, answer_by=None)
        take_turn()
        assert reload(row).state == State.UNCLEAR
        assert reload(row).answer_by is not None


class TestUnclearRow:
    def test_is_moved_by_its_own_late_answer(self, take_turn, meanwhile, world: World):
        row = approved()
        meanwhile(state=State.UNCLEAR)
        take_turn()
        assert reload(row).state == State.CREATING
        assert reload(row).cloud_id == world.clusters[0].id

    def test_fails_by_its_own_late_refusal(self, take_turn, meanwhile, wire):
        row = approved()
        wire.next_create = REFUSED
        meanwhile(state=State.UNCLEAR)
        take_turn()
        assert reload(row).state == State.FAILED
        assert reload(row).error_code == "CSS.1112"

    @pytest.mark.parametrize("outcome", ["unauthorised", "throttled"])
    def test_waits_for_its_settling_after_a_late_no_of_the_gateway(
        self, take_turn, meanwhile, wire, outcome
    ):
        row = approved()
        wire.next_create = ANSWERS[outcome]
        meanwhile(state=State.UNCLEAR)
        take_turn()
        assert reload(row).state == State.UNCLEAR
        assert row.attempts.get().outcome == outcome


class TestAdoptedRow:
    def test_with_the_same_id_needs_no_alarm(self, take_turn, wire, meanwhile):
        row = approved()
        wire.next_create = Scripted.json(200, {"cluster": {"id": "one"}})
        meanwhile(state=State.CREATING, cluster=cluster(row, cloud_id="one"))
        take_turn()
        assert reload(row).needs == ""
        assert not row.events.filter(kind="duplicate.seen").exists()

    def test_with_another_id_is_a_duplicate(self, take_turn, wire, meanwhile):
        row = approved()
        wire.next_create = Scripted.json(200, {"cluster": {"id": "two"}})
        meanwhile(state=State.CREATING, cluster=cluster(row, cloud_id="one"))
        take_turn()
        assert reload(row).cloud_id == "one"
        assert reload(row).needs == "operator"
        told = row.events.get(kind="duplicate.seen")
        assert told.data == {"cluster_id": "two", "known_cluster_id": "one"}
        assert row.attempts.get().cluster_id == "two"
