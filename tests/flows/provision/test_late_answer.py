"""An answer that comes when another worker owns the row, or a look has moved it."""

import pytest
from django.db.models import F

from clusters.cloud.simulator.world import World
from clusters.models import ClusterRequest
from clusters.operations import provision
from clusters.operations.answer import save_answer
from clusters.states import State
from tests.factories import approved
from tests.flows.provision.rows import reread
from tests.flows.provision.wire import Scripted

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
        kept = reread(row)
        assert kept.state == State.SENDING
        assert kept.claim == claim.number + 1
        assert (kept.cluster_id, kept.error_code) == ("", "")
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


class TestUnclearRow:
    def test_is_moved_by_its_own_late_answer(self, take_turn, meanwhile, world: World):
        row = approved()
        meanwhile(state=State.UNCLEAR)
        take_turn()
        assert reread(row).state == State.CREATING
        assert reread(row).cluster_id == world.clusters[0].id

    def test_fails_by_its_own_late_refusal(self, take_turn, meanwhile, wire):
        row = approved()
        wire.next_create = REFUSED
        meanwhile(state=State.UNCLEAR)
        take_turn()
        assert reread(row).state == State.FAILED
        assert reread(row).error_code == "CSS.1112"

    @pytest.mark.parametrize("outcome", ["unauthorised", "throttled"])
    def test_waits_for_its_settling_after_a_late_no_of_the_gateway(
        self, take_turn, meanwhile, wire, outcome
    ):
        row = approved()
        wire.next_create = ANSWERS[outcome]
        meanwhile(state=State.UNCLEAR)
        take_turn()
        assert reread(row).state == State.UNCLEAR
        assert row.attempts.get().outcome == outcome


class TestAdoptedRow:
    def test_with_the_same_id_needs_no_alarm(self, take_turn, wire, meanwhile):
        row = approved()
        wire.next_create = Scripted.json(200, {"cluster": {"id": "one"}})
        meanwhile(state=State.CREATING, cluster_id="one")
        take_turn()
        assert reread(row).needs == ""
        assert not row.events.filter(kind="duplicate.seen").exists()

    def test_with_another_id_is_a_duplicate(self, take_turn, wire, meanwhile):
        row = approved()
        wire.next_create = Scripted.json(200, {"cluster": {"id": "two"}})
        meanwhile(state=State.CREATING, cluster_id="one")
        take_turn()
        assert reread(row).cluster_id == "one"
        assert reread(row).needs == "operator"
        told = row.events.get(kind="duplicate.seen")
        assert told.data == {"cluster_id": "two", "known_cluster_id": "one"}
        assert row.attempts.get().cluster_id == "two"
