"""What one turn of a worker does with one approved request."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db.models import F

from clusters.cloud.huawei.body import build_body, canonical_bytes
from clusters.cloud.simulator.world import World
from clusters.cloud.types import Outcome
from clusters.models import Attempt, CloudProject, ClusterRequest, Look
from clusters.operations import provision
from clusters.operations.claim import claim_next
from clusters.operations.poll import poll_project
from clusters.operations.provision import provision_next
from clusters.operations.reconcile import reconcile
from clusters.states import State
from tests.factories import NOON, approved, spec, user
from tests.flows.provision.conftest import ENGINE
from tests.flows.provision.wire import Scripted

pytestmark = pytest.mark.django_db


@pytest.fixture
def take_turn(project, cloud, clock):
    """Let a worker take one turn; returns its claim."""

    def turn(**how):
        return provision_next(
            project.id, cloud=cloud, engine=ENGINE, now=clock(), **how
        )

    return turn


@pytest.fixture
def poll(project, cloud, clock):
    """Let the poll look once."""

    def once():
        return poll_project(project.id, cloud=cloud, engine=ENGINE, now=clock())

    return once


def reread(row: ClusterRequest) -> ClusterRequest:
    return ClusterRequest.objects.get(id=row.id)


def make_foreign_cluster(cloud, name: str = "logs-search") -> None:
    """Let somebody outside the portal create a cluster of this name."""
    body = canonical_bytes(build_body(spec(name)))
    assert cloud.create(body, gate=lambda: None).outcome is Outcome.ACCEPTED


def make_due() -> None:
    ClusterRequest.objects.update(due_at=None)
    CloudProject.objects.update(due_at=None)


class TestAccepted:
    def test_creates_one_cluster_when_delivered_twice(self, take_turn, world: World):
        row = approved()
        assert take_turn() is not None
        assert take_turn() is None
        assert len(world.clusters) == 1
        assert reread(row).state == State.CREATING
        assert reread(row).cluster_id == world.clusters[0].id

    def test_sends_exactly_the_approved_bytes(self, take_turn, world: World):
        row = approved()
        take_turn()
        sent = world.creates[0]["body"]
        assert sent == json.loads(row.body)
        assert {"key": "portal-request", "value": str(row.id)} in sent["cluster"][
            "tags"
        ]

    def test_writes_the_attempt_with_the_answer(self, take_turn, world: World):
        row = approved()
        take_turn()
        attempt = row.attempts.get()
        assert attempt.outcome == "accepted"
        assert attempt.cluster_id == world.clusters[0].id
        assert attempt.status == 200
        assert attempt.request_id_of_cloud
        assert attempt.body_sha256 == row.body_sha256

    def test_makes_one_login_and_looks_before_the_create(
        self, take_turn, world: World, wire
    ):
        approved()
        seen: list[int] = []
        wire.before_create = lambda: seen.append(wire.lists)
        take_turn()
        assert len(world.logins) == 1
        assert seen[0] >= 1

    def test_is_followed_until_it_works(self, take_turn, poll, clock, world: World):
        row = approved()
        take_turn()
        clock.pass_by(seconds=30)
        assert poll()
        assert reread(row).progress_percent is not None
        clock.pass_by(seconds=60)
        poll()
        done = reread(row)
        assert done.state == State.ACTIVE
        assert done.endpoint.endswith(":9200")


class TestNoClearAnswer:
    def test_is_unclear_and_adopted_when_the_cloud_did_it(
        self, take_turn, poll, world: World
    ):
        row = approved()
        world.arm(next_create="lost_after")
        take_turn()
        assert reread(row).state == State.UNCLEAR
        poll()
        found = reread(row)
        assert found.state == State.CREATING
        assert found.cluster_id == world.clusters[0].id
        assert len(world.creates) == 1

    def test_stays_unclear_when_the_cloud_did_not(self, take_turn, poll, world: World):
        row = approved()
        world.arm(next_create="lost_before")
        take_turn()
        for _ in range(4):
            poll()
        assert reread(row).state == State.UNCLEAR
        assert take_turn() is None
        assert len(world.creates) == 1

    @pytest.mark.parametrize(
        "script",
        [
            Scripted(504, b"<html>Gateway Timeout</html>"),
            Scripted(500, b""),
            Scripted(200, b"<html>welcome</html>"),
            Scripted(200, b""),
            Scripted(200, b'{"cluster": {"id": "abc", "na'),
            Scripted.json(200, {"cluster": {"name": "logs-search"}}),
            Scripted.json(200, ["cluster"]),
            Scripted.json(
                202, {"errCode": "CSS.0011", "externalMessage": "CSS.0011 : busy"}
            ),
            Scripted.json(307, {}, Location="https://elsewhere.test/"),
            Scripted.json(408, {}),
        ],
        ids=lambda script: f"{script.status}-{script.body[:16]!r}",
    )
    def test_calls_no_strange_answer_a_failure(self, take_turn, wire, script):
        row = approved()
        wire.next_create = script
        take_turn()
        assert reread(row).state == State.UNCLEAR
        assert row.attempts.get().outcome == "unknown"

    def test_keeps_what_was_said(self, take_turn, wire):
        row = approved()
        wire.next_create = Scripted(502, b"<html>Bad Gateway</html>")
        take_turn()
        assert "Bad Gateway" in row.attempts.get().raw


class TestRefused:
    def test_fails_with_the_words_of_the_cloud(self, take_turn, world: World):
        row = approved()
        world.arm(next_create="refused")
        take_turn()
        failed = reread(row)
        assert failed.state == State.FAILED
        assert failed.error_code == "CSS.1112"
        assert failed.error_message.startswith("CSS.1112 : ")
        assert failed.error_status == 400
        assert failed.error_request_id

    def test_stays_unclear_after_an_unknown_attempt(self, take_turn, world: World):
        row = approved()
        world.arm(next_create="lost_before")
        take_turn()
        ClusterRequest.objects.update(state=State.APPROVED)
        world.arm(next_create="refused")
        take_turn()
        assert reread(row).state == State.UNCLEAR
        assert reread(row).error_code == "CSS.1112"

    def test_ends_in_303_with_the_reason(self, take_turn, poll, clock, world: World):
        row = approved()
        world.arm(next_create="fails_303")
        take_turn()
        assert reread(row).state == State.CREATING
        clock.pass_by(seconds=90)
        poll()
        broken = reread(row)
        assert broken.state == State.FAILED
        assert broken.error_code == "CSS.6000"
        assert broken.cluster_id
        assert broken.cloud_status == "303"


class TestName:
    def test_taken_by_a_stranger_is_seen_before_anything_is_sent(
        self, take_turn, world: World, cloud
    ):
        make_foreign_cluster(cloud)
        row = approved("logs-search")
        take_turn()
        failed = reread(row)
        assert failed.state == State.FAILED
        assert failed.error_code == "portal.name_taken"
        assert len(world.creates) == 1  # the stranger's own
        assert not row.attempts.exists()

    def test_held_by_a_stranger_who_is_seen_later_fails_the_request(
        self, take_turn, poll, cloud, wire, world: World
    ):
        row = approved("logs-search")

        def somebody_is_faster():
            wire.before_create = None
            make_foreign_cluster(cloud)

        wire.before_create = somebody_is_faster
        take_turn()
        assert reread(row).state == State.UNCLEAR
        assert row.attempts.get().outcome == "name_held"
        poll()
        assert reread(row).state == State.FAILED
        assert reread(row).error_code == "portal.name_taken"
        assert len(world.clusters) == 1

    def test_held_while_nobody_is_seen_stays_unclear(self, take_turn, poll, wire):
        row = approved()
        wire.next_create = Scripted.json(
            409, {"errCode": "CSS.5050", "externalMessage": "CSS.5050 : exists"}
        )
        take_turn()
        poll()
        assert reread(row).state == State.UNCLEAR

    def test_without_our_tag_is_not_adopted_after_an_unknown_attempt(
        self, take_turn, poll, cloud, world: World
    ):
        row = approved("logs-search")
        world.arm(next_create="lost_before")
        take_turn()
        make_foreign_cluster(cloud)
        poll()
        assert reread(row).state == State.UNCLEAR
        assert reread(row).cluster_id == ""


class TestToken:
    def test_refused_once_is_replaced_and_the_create_sent_again(
        self, take_turn, world: World, wire
    ):
        row = approved()
        wire.next_create = Scripted.json(
            401, {"error_code": "APIGW.0301", "error_msg": "decrypt token fail"}
        )
        take_turn()
        assert reread(row).state == State.APPROVED
        take_turn()
        assert reread(row).state == State.CREATING
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
        assert reread(row).state == State.APPROVED
        assert take_turn() is None

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
        waiting = reread(row)
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
        assert reread(row).state == State.UNCLEAR
        assert row.attempts.get().outcome == "busy"


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
        assert {reread(first).state, reread(second).state} == {State.APPROVED}
        make_due()
        take_turn()
        take_turn()
        assert len(world.clusters) == 2

    def test_takes_requesters_in_turn(self, take_turn):
        mine = [
            approved(f"alice-{number}", now=NOON + timedelta(minutes=number))
            for number in range(3)
        ]
        theirs = approved(
            "charlie-1", requester=user("charlie"), now=NOON + timedelta(hours=1)
        )
        order = [take_turn().request_id for _ in range(4)]
        assert order[:2] == [mine[0].id, theirs.id]

    def test_keeps_to_the_cap(self, project, cloud, clock):
        approved("first-index")
        approved("second-index")
        one = replace(ENGINE, max_calls=1)
        assert claim_next(project.id, engine=one, now=clock()) is not None
        assert claim_next(project.id, engine=one, now=clock()) is None


class TestGate:
    def test_shut_lets_no_body_reach_the_cloud(self, take_turn, world: World, wire):
        row = approved()
        wire.before_create = lambda: ClusterRequest.objects.update(claim=F("claim") + 1)
        take_turn()
        assert world.creates == []
        assert Attempt.objects.count() == 0
        assert reread(row).state == State.SENDING

    def test_shuts_for_a_paused_project(self, take_turn, world: World, wire, clock):
        row = approved()
        wire.before_create = lambda: CloudProject.objects.update(
            paused_at=clock(), paused_by="person"
        )
        take_turn()
        assert world.creates == []
        assert reread(row).state == State.APPROVED

    def test_shuts_for_a_worker_that_was_asked_to_stop(self, take_turn, world: World):
        row = approved()
        asked = iter([False, True])
        take_turn(is_stopping=lambda: next(asked))
        assert world.creates == []
        assert reread(row).state == State.APPROVED

    def test_shuts_when_its_commit_took_too_long(
        self, take_turn, world: World, monkeypatch
    ):
        row = approved()
        clocks = iter([(0.0, 0.0), (5.5, 0.1)])
        monkeypatch.setattr("clusters.operations.gate._clocks", lambda: next(clocks))
        take_turn()
        assert world.creates == []
        assert reread(row).state == State.APPROVED
        assert row.attempts.get().outcome == "not_sent"


class TestDeadWorker:
    def test_before_the_gate_gives_the_row_back_at_once(
        self, project, clock, take_turn, world: World
    ):
        row = approved()
        claim = claim_next(project.id, engine=ENGINE, now=clock())
        reconcile(now=clock())
        assert reread(row).state == State.SENDING
        ClusterRequest.objects.update(
            claimed_until=F("claimed_until") - timedelta(days=1)
        )
        reconcile(now=clock())
        assert reread(row).state == State.APPROVED
        assert reread(row).claim == claim.number + 1
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
        assert reread(row).state == State.SENDING
        ClusterRequest.objects.update(answer_by=F("answer_by") - timedelta(days=1))
        reconcile(now=clock())
        assert reread(row).state == State.UNCLEAR
        poll()
        assert reread(row).state == State.CREATING
        assert len(world.creates) == 1


class TestBody:
    def test_other_than_the_approved_one_is_not_sent(self, take_turn, world: World):
        row = approved()
        changed = {**row.spec, "instance_num": 5}
        ClusterRequest.objects.filter(id=row.id).update(spec=changed)
        take_turn()
        back = reread(row)
        assert back.state == State.PENDING
        assert back.body_sha256 != row.body_sha256
        assert not back.decisions.filter(voided_at=None).exists()
        assert world.creates == []


class TestLook:
    @pytest.mark.parametrize(
        "script",
        [
            Scripted(500, b"<html>oops</html>"),
            Scripted(200, b"<html>hello</html>"),
            Scripted.json(200, {}),
            Scripted.json(200, {"clusters": "many"}),
        ],
        ids=["html500", "html200", "empty", "wrong-type"],
    )
    def test_that_fails_sends_nothing(self, take_turn, world: World, wire, script):
        row = approved()
        wire.next_list = script
        take_turn()
        assert world.creates == []
        assert reread(row).state == State.APPROVED
        assert reread(row).due_at is not None

    def test_finds_what_the_database_forgot(self, take_turn, world: World):
        row = approved()
        take_turn()
        Attempt.objects.all().delete()
        ClusterRequest.objects.filter(id=row.id).update(
            state=State.APPROVED, cluster_id="", claim=0
        )
        Look.objects.all().delete()
        take_turn()
        assert reread(row).state == State.CREATING
        assert len(world.clusters) == 1
        assert len(world.creates) == 1


class TestVanished:
    def test_is_believed_after_three_looks_and_a_while(
        self, take_turn, poll, clock, world: World
    ):
        row = approved()
        take_turn()
        poll()
        world.delete_by_hand(reread(row).cluster_id)
        poll()
        clock.pass_by(seconds=20)
        poll()
        assert reread(row).state == State.CREATING
        clock.pass_by(seconds=20)
        poll()
        gone = reread(row)
        assert gone.state == State.FAILED
        assert gone.error_code == "portal.deleted_outside"


class TestHistory:
    def test_is_chained_from_the_first_line_on(self, take_turn, world: World):
        row = approved()
        take_turn()
        events = list(row.events.all())
        assert [event.kind for event in events] == [
            "submit",
            "approve",
            "claim",
            "accept",
        ]
        for before, after in pairwise(events):
            assert after.previous_hash == before.hash
        assert all(event.hash == event.expected_hash() for event in events)

    def test_holds_no_token_and_no_password(self, take_turn, world: World, cloud):
        row = approved()
        take_turn()
        token = cloud.sign_in().value
        kept = json.dumps(
            [
                list(row.events.values("data")),
                list(row.attempts.values("message", "raw")),
                ClusterRequest.objects.filter(id=row.id).values("body", "spec")[0],
            ]
        )
        assert token not in kept
        assert "simulator-Passw0rd" not in kept
