"""What one pass of a worker does with one approved request."""

import json
from itertools import pairwise

import pytest

from clusters.domain.states import State
from clusters.models import ClusterRequest
from clusters.simulator.world import World
from tests.factories import approved
from tests.flows.provision.conftest import ENGINE
from tests.flows.provision.rows import reload
from tests.flows.provision.wire import Scripted

pytestmark = pytest.mark.django_db


class TestAccepted:
    def test_creates_one_cluster_when_delivered_twice(self, take_turn, world: World):
        row = approved()
        assert take_turn() is not None
        assert take_turn() is None
        assert len(world.clusters) == 1
        assert reload(row).state == State.CREATING
        assert reload(row).cloud_id == world.clusters[0].id

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

    def test_takes_few_statements_after_a_fresh_look(
        self, take_turn, poll, wire, django_assert_num_queries
    ):
        approved()
        assert poll()
        looked = wire.lists
        # Two of them make and point to the row of the cluster.
        with django_assert_num_queries(32):
            take_turn()
        assert wire.lists == looked

    def test_is_followed_until_it_works(self, take_turn, poll, clock, world: World):
        row = approved()
        take_turn()
        clock.advance(seconds=30)
        assert poll()
        assert reload(row).progress_percent is not None
        clock.advance(seconds=60)
        poll()
        done = reload(row)
        assert done.state == State.ACTIVE
        assert done.cluster.endpoint.endswith(":9200")


class TestNoClearAnswer:
    def test_is_unclear_and_adopted_when_the_cloud_did_it(
        self, take_turn, poll, world: World
    ):
        row = approved()
        world.inject(next_create="lost_after")
        take_turn()
        assert reload(row).state == State.UNCLEAR
        poll()
        found = reload(row)
        assert found.state == State.CREATING
        assert found.cloud_id == world.clusters[0].id
        assert len(world.creates) == 1

    def test_stays_unclear_when_the_cloud_did_not(self, take_turn, poll, world: World):
        row = approved()
        world.inject(next_create="lost_before")
        take_turn()
        for _ in range(4):
            poll()
        assert reload(row).state == State.UNCLEAR
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
        assert reload(row).state == State.UNCLEAR
        assert row.attempts.get().outcome == "unknown"

    @pytest.mark.parametrize(
        ("script", "is_over"),
        [
            (Scripted(504, b"<html>Gateway Timeout</html>"), False),
            (Scripted.json(409, {"errCode": "CSS.5050"}), True),
            (Scripted.json(400, {"errCode": "CSS.0045"}), True),
        ],
        ids=["gateway", "name-held", "busy"],
    )
    def test_counts_the_time_from_the_end_of_the_call_unless_css_has_answered(
        self, take_turn, wire, script, is_over
    ):
        # CSS may still be executing a call that the gateway has given up.
        row = approved()
        wire.next_create = script
        take_turn()
        unclear = reload(row)
        late = unclear.answer_by - unclear.sent_at
        assert (late < ENGINE.call) is is_over

    def test_keeps_what_was_said(self, take_turn, wire):
        row = approved()
        wire.next_create = Scripted(502, b"<html>Bad Gateway</html>")
        take_turn()
        assert "Bad Gateway" in row.attempts.get().raw


class TestRefused:
    def test_fails_with_the_words_of_the_cloud(self, take_turn, world: World):
        row = approved()
        world.inject(next_create="refused")
        take_turn()
        failed = reload(row)
        assert failed.state == State.FAILED
        assert failed.error_code == "CSS.1112"
        assert failed.error_message.startswith("CSS.1112 : ")
        assert failed.error_status == 400
        assert failed.error_request_id

    def test_stays_unclear_after_an_unknown_attempt(self, take_turn, world: World):
        row = approved()
        world.inject(next_create="lost_before")
        take_turn()
        ClusterRequest.objects.update(state=State.APPROVED)
        world.inject(next_create="refused")
        take_turn()
        assert reload(row).state == State.UNCLEAR
        assert reload(row).error_code == "CSS.1112"

    def test_ends_in_303_with_the_reason(self, take_turn, poll, clock, world: World):
        row = approved()
        world.inject(next_create="fails_303")
        take_turn()
        assert reload(row).state == State.CREATING
        clock.advance(seconds=90)
        poll()
        broken = reload(row)
        assert broken.state == State.FAILED
        assert broken.error_code == "CSS.6000"
        assert broken.cloud_id
        assert broken.cluster.cloud_status == "303"


class TestBody:
    def test_other_than_the_approved_one_is_not_sent(self, take_turn, world: World):
        row = approved()
        changed = {**row.spec, "instance_num": 5}
        ClusterRequest.objects.filter(id=row.id).update(spec=changed)
        take_turn()
        back = reload(row)
        assert back.state == State.PENDING
        assert back.body_sha256 != row.body_sha256
        assert not back.decisions.filter(voided_at=None).exists()
        assert world.creates == []


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
