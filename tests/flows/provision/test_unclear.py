"""What is unclear: looked for, settled, sent again, or left to a person."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from clusters.domain.states import State
from clusters.models import CloudProject, ClusterRequest, InventorySnapshot
from clusters.models.cloud_project import Known
from clusters.operations.provisioning.claim import claim_next
from clusters.simulator.world import World
from tests.factories import NOON, approved, submitted, user
from tests.flows.provision.conftest import ENGINE
from tests.flows.provision.wire import Scripted
from tests.openings import change_history

pytestmark = pytest.mark.django_db

LOST = Scripted(504, b"<html>Gateway Timeout</html>")
BUSY = Scripted.json(400, {"errCode": "CSS.0012", "externalMessage": "CSS.0012 : busy"})
REFUSED = Scripted.json(
    400, {"errCode": "CSS.1112", "externalMessage": "CSS.1112 : quota"}
)
NAME_HELD = Scripted.json(
    400, {"errCode": "CSS.5050", "externalMessage": "CSS.5050 : the name exists"}
)


def reload(row: ClusterRequest) -> ClusterRequest:
    return ClusterRequest.objects.get(id=row.id)


def advance(seconds: float) -> None:
    """Shift stored times back, as if so many seconds had passed for the database."""
    for column in ("answer_by", "last_absent_at", "claimed_until", "due_at"):
        rows = ClusterRequest.objects.exclude(**{column: None})
        rows.update(**{column: F(column) - timedelta(seconds=seconds)})


@pytest.fixture
def scan_until_the_wait_is_over(poll):
    """Scan until a wait of this many seconds is over."""

    def go(wait: float = 30) -> None:
        for _ in range(3):
            poll()
            advance(wait / 2)
        poll()

    return go


@pytest.fixture
def lose(take_turn, wire, project):
    """Let one attempt end like this, and the time of its call pass."""

    def go(script: Scripted = LOST) -> None:
        wire.next_create = script
        CloudProject.objects.update(due_at=None)
        assert take_turn()
        advance(ENGINE.call.total_seconds())

    return go


class TestSettledAbsent:
    def test_is_sent_again_with_the_same_bytes(
        self, lose, scan_until_the_wait_is_over, take_turn, world: World
    ):
        row = approved()
        lose()
        scan_until_the_wait_is_over()
        again = reload(row)
        assert again.state == State.APPROVED
        take_turn()
        assert reload(row).state == State.CREATING
        first, second = row.attempts.all()
        assert (first.number, second.number) == (1, 2)
        assert first.body_sha256 == second.body_sha256 == row.body_sha256
        assert len(world.clusters) == 1

    def test_takes_three_looks_and_the_whole_wait(self, lose, poll):
        row = approved()
        lose()
        for _ in range(5):
            poll()
        assert reload(row).absent_scans == 1
        advance(11)
        poll()
        advance(11)
        poll()
        assert (reload(row).absent_scans, reload(row).state) == (3, State.UNCLEAR)
        advance(11)
        poll()
        assert reload(row).state == State.APPROVED

    def test_needs_looks_that_count(self, lose, poll, wire):
        row = approved()
        lose()
        for _ in range(4):
            wire.next_list = Scripted(200, b"{}")
            poll()
            advance(20)
        assert reload(row).absent_scans == 0
        assert reload(row).state == State.UNCLEAR

    def test_waits_twice_as_long_after_the_second_attempt(
        self, lose, scan_until_the_wait_is_over
    ):
        row = approved()
        lose()
        scan_until_the_wait_is_over()
        lose()
        scan_until_the_wait_is_over(30)
        assert reload(row).state == State.UNCLEAR
        scan_until_the_wait_is_over(60)
        assert reload(row).state == State.APPROVED

    def test_asks_a_person_after_three_unknown_attempts_and_sends_nothing(
        self, lose, scan_until_the_wait_is_over, take_turn, world: World
    ):
        row = approved()
        for wait in (30, 60, 120):
            lose()
            scan_until_the_wait_is_over(wait)
        stuck = reload(row)
        assert (stuck.state, stuck.needs) == (State.UNCLEAR, "operator")
        assert take_turn() is None
        assert row.attempts.count() == 3
        assert not world.clusters

    def test_fails_with_the_words_of_a_refusal_after_an_unknown_attempt(
        self, lose, scan_until_the_wait_is_over
    ):
        row = approved()
        lose()
        scan_until_the_wait_is_over()
        lose(REFUSED)
        assert reload(row).state == State.UNCLEAR
        scan_until_the_wait_is_over(60)
        ended = reload(row)
        assert (ended.state, ended.error_code) == (State.FAILED, "CSS.1112")

    def test_asks_a_person_when_the_name_is_held_and_nobody_is_seen(
        self, lose, scan_until_the_wait_is_over
    ):
        row = approved()
        lose(NAME_HELD)
        scan_until_the_wait_is_over()
        assert (reload(row).state, reload(row).needs) == (State.UNCLEAR, "operator")

    def test_fails_after_three_busy_answers(self, lose, scan_until_the_wait_is_over):
        row = approved()
        for wait in (30, 60, 120):
            lose(BUSY)
            scan_until_the_wait_is_over(wait)
        assert (reload(row).state, reload(row).error_code) == (State.FAILED, "CSS.0012")

    def test_asks_a_person_where_names_are_not_unique(
        self, lose, scan_until_the_wait_is_over, project
    ):
        row = approved()
        lose()
        CloudProject.objects.update(names_unique=Known.NO)
        scan_until_the_wait_is_over()
        assert reload(row).needs == "operator"


class TestFoundAfterAll:
    def test_while_it_is_unclear(self, lose, poll, world: World):
        row = approved()
        lose(Scripted(504, b"", does_it=True))
        poll()
        assert reload(row).state == State.CREATING

    @pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED, State.APPROVED])
    def test_late(self, lose, poll, state, world: World):
        row = approved()
        lose(Scripted(504, b"", does_it=True))
        ClusterRequest.objects.filter(id=row.id).update(state=state)
        with change_history():
            row.attempts.update(sent_at=NOON)
        poll()
        found = reload(row)
        assert found.state == State.CREATING
        assert found.cloud_id == world.clusters[0].id
        assert found.events.last().kind == "found"

    def test_when_the_answer_was_saved_and_the_row_was_not_moved(self, lose, poll):
        row = approved()
        lose()
        with change_history():
            row.attempts.update(outcome="accepted", cluster_id="of-the-attempt")
        poll()
        assert reload(row).cloud_id == "of-the-attempt"


class TestLookBeforeTheNextAttempt:
    def test_has_to_count(
        self, lose, scan_until_the_wait_is_over, take_turn, cloud, monkeypatch
    ):
        row = approved()
        lose()
        scan_until_the_wait_is_over()
        InventorySnapshot.objects.update(known_ours=["hidden-by-the-list"])
        shown = cloud.cluster
        monkeypatch.setattr(cloud, "cluster", lambda cluster_id: None)
        take_turn()
        assert reload(row).state == State.APPROVED
        assert row.attempts.count() == 1
        monkeypatch.setattr(cloud, "cluster", shown)  # now it is gone, not hidden
        advance(600)
        take_turn()
        assert reload(row).state == State.CREATING

    def test_shows_a_stranger_to_a_person(
        self, lose, scan_until_the_wait_is_over, take_turn, world: World, cloud
    ):
        row = approved()
        lose()
        scan_until_the_wait_is_over()
        stranger = submitted(requester=user("charlie"))
        cloud.create(stranger.body.encode(), gate=lambda: None)
        take_turn()
        assert (reload(row).state, reload(row).needs) == (State.UNCLEAR, "operator")
        assert row.attempts.count() == 1


class TestDuplicates:
    def test_are_told_once_and_call_a_person(self, take_turn, poll, cloud, world):
        row = approved()
        take_turn()
        cloud.create(
            row.body.replace("logs-search", "logs-second").encode(), gate=lambda: None
        )
        poll()
        poll()
        kinds = [event.kind for event in row.events.all()]
        assert kinds.count("duplicate.seen") == 1
        assert reload(row).needs == "operator"


class TestQuarantine:
    def test_ends_with_a_look_that_counts(self, poll, project, wire):
        project.quarantined_at = timezone.now()
        project.save()
        wire.next_list = Scripted(500, b"")
        poll()
        project.refresh_from_db()
        assert project.quarantined_at
        poll()
        project.refresh_from_db()
        assert project.quarantined_at is None

    def test_lets_nothing_be_claimed_before_it_ends(
        self, take_turn, poll, project, wire, monkeypatch
    ):
        row = approved()
        poll()
        looks = wire.lists
        project.quarantined_at = timezone.now()
        project.save()
        woken = []
        monkeypatch.setattr(
            "clusters.operations.inventory.scan.enqueue_provisioning", woken.append
        )
        assert take_turn() is None
        assert wire.lists == looks
        poll()
        assert woken == [project.pk]
        take_turn()
        assert reload(row).state == State.CREATING

    def test_that_begins_after_the_claim_has_the_worker_look_for_itself(
        self, take_turn, poll, project, wire, monkeypatch
    ):
        row = approved()
        poll()
        looks = wire.lists

        def claim_just_before(*args, **how):
            claim = claim_next(*args, **how)
            CloudProject.objects.update(quarantined_at=timezone.now())
            return claim

        monkeypatch.setattr(
            "clusters.operations.provisioning.provision.claim_next", claim_just_before
        )
        take_turn()
        assert wire.lists > looks  # the shared look of a moment ago was not enough
        assert reload(row).state == State.CREATING
