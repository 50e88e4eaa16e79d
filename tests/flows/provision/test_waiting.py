"""What makes approved requests wait: the token, the pace, the cap."""

from dataclasses import replace
from datetime import timedelta

import pytest

from clusters.credentials.token_store import CachedTokenStore
from clusters.domain.states import State
from clusters.models import Attempt, CloudProject, ClusterRequest
from clusters.operations.projects.pause import resume_cloud_project
from clusters.operations.provisioning.claim import claim_next
from clusters.simulator.world import World
from tests.factories import NOON, approved, user
from tests.flows.provision.conftest import ENGINE
from tests.flows.provision.rows import make_due, reload
from tests.flows.provision.wire import Scripted

pytestmark = pytest.mark.django_db


class TestToken:
    def test_refused_once_is_replaced_and_the_create_sent_again(
        self, take_turn, world: World, wire
    ):
        row = approved()
        wire.next_create = Scripted.json(
            401, {"error_code": "APIGW.0301", "error_msg": "decrypt token fail"}
        )
        take_turn()
        assert reload(row).state == State.APPROVED
        take_turn()
        assert reload(row).state == State.CREATING
        assert len(world.logins) == 2
        assert [each.outcome for each in row.attempts.all()] == [
            "unauthorised",
            "accepted",
        ]

    def test_refused_twice_pauses_the_cloud_project(self, take_turn, project, wire):
        row = approved()
        for _ in range(2):
            wire.next_create = Scripted.json(
                401, {"error_code": "APIGW.0307", "error_msg": "must be updated"}
            )
            take_turn()
        project.refresh_from_db()
        assert project.is_paused
        assert reload(row).state == State.APPROVED
        assert take_turn() is None
        moves = list(row.events.values_list("kind", flat=True))[2:]
        assert moves == ["claim", "release"] * 2

    def test_refused_for_ever_costs_two_logins_however_many_wait(
        self, take_turn, project, wire, world: World
    ):
        for number in range(5):
            approved(f"index-{number}", requester=user(f"alice{number}"))
        refused = Scripted.json(401, {"error_code": "APIGW.0301"})
        wire.before_create = lambda: setattr(wire, "next_create", refused)
        while take_turn():
            pass
        assert len(world.logins) == 2
        project.refresh_from_db()
        assert project.is_paused

    @pytest.mark.parametrize("password", ["n0t-the-passw0rd"])
    def test_wrong_password_is_tried_exactly_once(
        self, take_turn, project, world: World, password
    ):
        row = approved()
        take_turn()
        make_due()
        take_turn()
        assert len(world.logins) == 1
        project.refresh_from_db()
        assert project.paused_by == "portal"
        assert "password is wrong" in project.paused_reason
        waiting = reload(row)
        assert waiting.state == State.APPROVED
        assert "password is wrong" in waiting.waits_because
        assert password not in waiting.waits_because
        assert Attempt.objects.count() == 0

    def test_of_css_itself_is_dropped_and_the_row_unclear(self, take_turn, wire, cloud):
        row = approved()
        wire.next_create = Scripted.json(
            400, {"errCode": "CSS.0045", "externalMessage": "CSS.0045 : token"}
        )
        take_turn()
        assert reload(row).state == State.UNCLEAR
        assert row.attempts.get().outcome == "busy"

    def test_refused_by_every_read_pauses_after_two_logins(
        self, take_turn, poll, project, wire, world: World
    ):
        row = approved()
        refused = Scripted.json(
            401, {"error_code": "APIGW.0301", "error_msg": "decrypt token fail"}
        )

        def refuse_every_list():
            wire.next_list = refused

        wire.before_list = refuse_every_list
        for _ in range(4):
            take_turn()
            poll()
            make_due()
        assert len(world.logins) == 2
        project.refresh_from_db()
        assert project.paused_by == "portal"
        assert "APIGW.0301" in project.paused_reason
        assert reload(row).state == State.APPROVED
        assert world.creates == []

    def test_refused_again_pauses_before_the_token_goes(
        self, take_turn, project, wire, monkeypatch
    ):
        """Between the two, a neighbour would sign in for a third one."""
        approved()
        was_paused = []

        def drop(_store, _token):
            project.refresh_from_db()
            was_paused.append(project.is_paused)

        monkeypatch.setattr(CachedTokenStore, "drop", drop)
        for _ in range(2):
            wire.next_create = Scripted.json(401, {"error_code": "APIGW.0301"})
            take_turn()
        assert was_paused == [False, True]

    def test_refused_before_a_pause_says_nothing_of_the_next_one(self, project):
        row = approved()
        ClusterRequest.objects.update(token_refusals=1)
        CloudProject.objects.update(paused_at=NOON, paused_by="portal")
        project.refresh_from_db()
        resume_cloud_project(project, by=user("olga"), now=NOON)
        assert reload(row).token_refusals == 0


class TestPace:
    def test_throttled_holds_back_the_whole_cloud_project(
        self, take_turn, project, wire, world: World
    ):
        first, second = approved("first-index"), approved("second-index")
        wire.next_create = Scripted.json(
            429,
            {"error_code": "APIGW.0308", "error_msg": "threshold"},
            Retry_After="60",
        )
        take_turn()
        assert take_turn() is None
        assert {reload(first).state, reload(second).state} == {State.APPROVED}
        make_due()
        take_turn()
        take_turn()
        assert len(world.clusters) == 2

    def test_throttled_for_no_time_at_all_waits_all_the_same(self, take_turn, wire):
        for name in ("first-index", "second-index"):
            approved(name)
        wire.next_create = Scripted.json(
            429, {"error_code": "APIGW.0308"}, Retry_After="0"
        )
        take_turn()
        assert take_turn() is None

    def test_takes_requesters_in_turn_whatever_the_burst_of_one(self, take_turn):
        mine = [
            approved(f"alice-{number}", now=NOON + timedelta(minutes=number))
            for number in range(200)
        ]
        theirs = approved(
            "charlie-1", requester=user("charlie"), now=NOON + timedelta(days=1)
        )
        order = [take_turn().request_id for _ in range(2)]
        assert order == [mine[0].id, theirs.id]

    def test_keeps_to_the_cap(self, project, cloud, clock):
        approved("first-index")
        approved("second-index")
        one = replace(ENGINE, max_calls=1)
        assert claim_next(project.id, engine=one, now=clock()) is not None
        assert claim_next(project.id, engine=one, now=clock()) is None
