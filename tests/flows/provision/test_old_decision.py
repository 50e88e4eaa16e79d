"""A decision that is too old: nothing is sent."""

from datetime import timedelta

import pytest
from django.db.models import F

from clusters.domain.permissions import DECISION_HOLDS
from clusters.domain.states import State
from clusters.models import (
    Attempt,
    CloudProject,
    ClusterRequest,
    Decision,
    Event,
    InventorySnapshot,
)
from clusters.operations.core.errors import MoveNotAllowed
from clusters.operations.requests.decide import approve_request
from clusters.operations.requests.retry import retry_request
from clusters.simulator.world import World
from tests.factories import NOON, approved, cluster_request, forget_clusters, user
from tests.flows.decide.pages import as_person, url_of
from tests.flows.provision.rows import reload
from tests.flows.provision.wire import Scripted
from tests.openings import change_history

pytestmark = pytest.mark.django_db

LOST = Scripted(504, b"<html>Gateway Timeout</html>")
REFUSED = Scripted.json(
    400, {"errCode": "CSS.1112", "externalMessage": "CSS.1112 : quota"}
)


def age(**delta: float) -> None:
    """Let so much time have passed since the decisions."""
    passed = timedelta(**delta)
    with change_history():
        Decision.objects.update(at=F("at") - passed)
        Event.objects.filter(kind="approve").update(at=F("at") - passed)


class TestApproved:
    def test_holds_for_thirty_days(self, take_turn, world: World):
        approved()
        age(days=29, hours=23)
        take_turn()
        assert len(world.creates) == 1

    @pytest.mark.parametrize("days", [31, 365, -365])
    def test_goes_back_to_be_decided_anew(self, take_turn, world: World, days):
        row = approved()
        age(days=days)
        take_turn()
        assert world.creates == []
        assert reload(row).state == State.PENDING
        assert row.decisions.get().voided_at
        event = row.events.last()
        assert (event.kind, event.data["because"]) == (
            "revert",
            "It was approved too long ago.",
        )
        page = as_person("alice").get(url_of(row)).content.decode()
        assert "It was approved too long ago." in page

    def test_is_sent_once_somebody_has(self, take_turn, world: World, clock):
        row = approved()
        age(days=31)
        take_turn()
        again = reload(row)
        digest = again.body_sha256
        approve_request(again, approver=user("bob"), body_sha256=digest, now=clock())
        take_turn()
        assert len(world.creates) == 1

    def test_is_the_way_out_of_a_long_pause(self, take_turn, world: World, project):
        row = approved()
        CloudProject.objects.update(paused_at=NOON, paused_by="person")
        age(days=90)
        assert take_turn() is None
        page = as_person("alice").get(url_of(row)).content.decode()
        assert "The approval is valid until 24 Sep 2026." in page
        CloudProject.objects.update(paused_at=None, paused_by="")
        take_turn()
        assert (reload(row).state, world.creates) == (State.PENDING, [])

    def test_asks_an_operator_once_something_was_sent(self, take_turn, world, wire):
        row = approved()
        wire.next_create = LOST
        take_turn()
        sent = len(world.creates)
        ClusterRequest.objects.update(state=State.APPROVED, due_at=None)
        age(days=31)
        take_turn()
        assert len(world.creates) == sent
        again = reload(row)
        assert (again.state, again.needs) == (State.UNCLEAR, "operator")
        assert row.decisions.get().voided_at is None

    def test_takes_over_what_is_there_all_the_same(self, take_turn, world: World):
        row = approved()
        take_turn()
        made = reload(row).cloud_id
        # As after a restore: the rows have forgotten that it was sent.
        with change_history():
            Attempt.objects.all().delete()
        InventorySnapshot.objects.all().delete()
        forget_clusters(state=State.APPROVED)
        age(days=31)
        take_turn()
        assert (reload(row).state, reload(row).cloud_id) == (State.CREATING, made)

    def test_without_a_decision_is_not_sent(self, take_turn, world: World):
        row = approved()
        with change_history():
            Decision.objects.all().delete()
        take_turn()
        assert (reload(row).state, world.creates) == (State.PENDING, [])


class TestRetry:
    @pytest.fixture
    def failed(self, take_turn, wire) -> ClusterRequest:
        row = approved()
        wire.next_create = REFUSED
        take_turn()
        return reload(row)

    def test_is_refused_after_thirty_days_and_the_page_says_why(self, failed):
        age(days=60)
        with pytest.raises(MoveNotAllowed, match="Ask again instead"):
            retry_request(failed, by=user("alice"), now=NOON)
        alice = as_person("alice")
        page = alice.get(url_of(failed)).content.decode()
        assert 'id="retry"' not in page
        assert "more than 30 days ago" in page
        answer = alice.post(url_of(failed, "retry"))
        assert answer.status_code == 409
        assert reload(failed).state == State.FAILED

    def test_is_free_before(self, failed):
        retry_request(failed, by=user("alice"), now=NOON + DECISION_HOLDS)
        assert reload(failed).state == State.APPROVED

    def test_says_the_state_first(self):
        row = cluster_request(state=State.ACTIVE)
        with pytest.raises(MoveNotAllowed):
            retry_request(row, by=user("alice"), now=NOON)
