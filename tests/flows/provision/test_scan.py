"""What the list of the cloud says about a request, before a create and after it."""

import uuid
from datetime import timedelta

import pytest
from django.db.models import F

from clusters.cloud.types import Tag
from clusters.domain.states import State
from clusters.models import (
    Attempt,
    CloudProject,
    Cluster,
    ClusterRequest,
    InventorySnapshot,
)
from clusters.operations.core.database_clock import database_now
from clusters.operations.inventory.scan import scan_inventory
from clusters.simulator.world import World
from tests.factories import approved, forget_clusters
from tests.flows.provision.rows import make_foreign_cluster, reload
from tests.flows.provision.wire import Scripted
from tests.openings import change_history

pytestmark = pytest.mark.django_db


class TestName:
    def test_taken_by_a_stranger_is_seen_before_anything_is_sent(
        self, take_turn, world: World, cloud
    ):
        make_foreign_cluster(cloud)
        row = approved("logs-search")
        take_turn()
        failed = reload(row)
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
        assert reload(row).state == State.UNCLEAR
        assert row.attempts.get().outcome == "name_held"
        poll()
        assert reload(row).state == State.FAILED
        assert reload(row).error_code == "portal.name_taken"
        assert len(world.clusters) == 1

    def test_held_while_nobody_is_seen_stays_unclear(self, take_turn, poll, wire):
        row = approved()
        wire.next_create = Scripted.json(
            409, {"errCode": "CSS.5050", "externalMessage": "CSS.5050 : exists"}
        )
        take_turn()
        poll()
        assert reload(row).state == State.UNCLEAR

    def test_without_our_tag_is_not_adopted_after_an_unknown_attempt(
        self, take_turn, poll, cloud, world: World
    ):
        row = approved("logs-search")
        world.inject(next_create="lost_before")
        take_turn()
        make_foreign_cluster(cloud)
        poll()
        assert reload(row).state == State.UNCLEAR
        assert reload(row).cloud_id == ""

    def test_of_another_request_ends_nothing_after_an_unknown_attempt(
        self, take_turn, cloud, world: World
    ):
        row = approved("logs-search")
        world.inject(next_create="lost_before")
        take_turn()
        tag = Tag(key="portal-request", value=str(uuid.uuid4()))
        make_foreign_cluster(cloud, tags=(tag,))
        ClusterRequest.objects.update(state=State.APPROVED)
        take_turn()
        assert reload(row).state == State.UNCLEAR
        assert reload(row).needs == "operator"
        assert row.attempts.count() == 1


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
        assert reload(row).state == State.APPROVED
        assert reload(row).due_at is not None

    def test_finds_what_the_database_forgot(self, take_turn, world: World):
        row = approved()
        take_turn()
        with change_history():
            Attempt.objects.all().delete()
        forget_clusters(state=State.APPROVED, claim=0)
        InventorySnapshot.objects.all().delete()
        take_turn()
        assert reload(row).state == State.CREATING
        assert len(world.clusters) == 1
        assert len(world.creates) == 1

    def test_that_lacks_a_cluster_which_is_there_is_an_alarm_until_one_counts(
        self, take_turn, poll, world: World, project
    ):
        approved()
        take_turn()
        poll()
        world.inject(list_answer="empty")
        poll()
        assert (
            "not complete" in InventorySnapshot.objects.get(cloud_project=project).error
        )
        world.inject(list_answer=None)
        poll()
        assert InventorySnapshot.objects.get(cloud_project=project).error == ""

    def test_is_not_needed_for_a_cluster_that_a_late_answer_named(
        self, take_turn, clock, world: World, project
    ):
        row = approved()
        Attempt.objects.create(
            request=row,
            number=1,
            claim=0,
            body_sha256=row.body_sha256,
            sent_at=clock(),
            outcome="accepted",
            cluster_id="named-too-late",
        )
        take_turn()
        assert world.creates == []
        assert reload(row).state == State.CREATING
        assert reload(row).cloud_id == "named-too-late"

    def test_that_outlives_its_lease_does_not_end_that_of_another(
        self, poll, project, wire
    ):
        later = database_now(project.pk) + timedelta(hours=1)

        def another_polls():
            CloudProject.objects.update(polled_until=later)

        wire.before_list = another_polls
        assert poll()
        project.refresh_from_db()
        assert project.polled_until == later

    def test_that_began_earlier_and_ended_later_is_not_kept(
        self, project, cloud, wire, world: World
    ):
        def another_looks():
            wire.before_list = None
            make_foreign_cluster(cloud)
            scan_inventory(project.pk, cloud=cloud)
            world.delete_by_hand(world.clusters[0].id)

        wire.before_list = another_looks
        assert scan_inventory(project.pk, cloud=cloud).clusters == ()
        assert [each["name"] for each in InventorySnapshot.objects.get().clusters] == [
            "logs-search"
        ]


class TestVanished:
    def test_is_believed_after_three_looks_and_a_while(
        self, take_turn, poll, clock, world: World
    ):
        row = approved()
        take_turn()
        poll()
        world.delete_by_hand(reload(row).cloud_id)
        poll()
        poll()
        clock.advance(days=1)  # of a worker that is wrong about the time
        poll()
        assert reload(row).state == State.CREATING
        long_ago = F("missing_since") - timedelta(seconds=30)
        Cluster.objects.update(missing_since=long_ago)
        poll()
        gone = reload(row)
        assert gone.state == State.FAILED
        assert gone.error_code == "portal.deleted_outside"
