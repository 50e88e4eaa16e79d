"""An IAM user who loses rights: clusters that the user cannot see any more are not deleted."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.db.models.functions import Now

from clusters.domain.engine_settings import EngineSettings
from clusters.domain.states import State
from clusters.models import Cluster, InventorySnapshot
from clusters.models.cluster import Health
from clusters.operations.clusters.delete import request_deletion, run_deletion
from clusters.operations.inventory.missing import DENIED
from clusters.simulator.world import World
from tests.factories import approved, user
from tests.flows.provision.rows import reload

pytestmark = pytest.mark.django_db

ELSEWHERE = "8b1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"


@pytest.fixture
def polls(poll, clock):
    """Poll so often, and so far apart, that absence would be settled twice."""

    def often(times: int = 12) -> None:
        for _ in range(times):
            clock.advance(seconds=20)
            missing = Cluster.objects.exclude(missing_since=None)
            passed = F("missing_since") - timedelta(seconds=20)
            missing.update(missing_since=passed)
            poll()

    return often


def error_of(project) -> str:
    return InventorySnapshot.objects.get(cloud_project=project).error


def narrow(world: World, *, role: str | None = "css_reader_of_one_project") -> None:
    """Take the rights on the enterprise project in which the portal creates."""
    world.inject(narrowed_to=ELSEWHERE, role=role)


class TestNarrowedRights:
    def test_are_no_deletion_of_the_only_cluster(
        self, take_turn, poll, polls, world: World, project
    ):
        world.inject(stuck_at=50)
        row = approved()
        take_turn()
        poll()
        narrow(world)
        polls()
        assert reload(row).state == State.CREATING
        assert error_of(project) == DENIED
        world.inject(narrowed_to=None, role=None, stuck_at=None)
        polls()
        assert reload(row).state == State.ACTIVE
        assert error_of(project) == ""

    def test_send_nothing_again(
        self, take_turn, poll, polls, clock, world: World, project
    ):
        known = approved("known")
        take_turn()
        poll()
        clock.advance(minutes=2)
        poll()
        assert reload(known).state == State.ACTIVE
        world.inject(create=["close_after"], allow_equal_names=True)
        row = approved()
        take_turn()
        narrow(world)
        polls()
        take_turn()
        assert len(world.creates) == 2
        unclear = reload(row)
        assert (unclear.state, unclear.absent_scans) == (State.UNCLEAR, 0)
        assert reload(known).cluster.health == Health.GOOD
        assert error_of(project) == DENIED
        world.inject(narrowed_to=None, role=None)
        polls()
        assert reload(row).state == State.ACTIVE
        assert len(world.clusters) == 2

    def test_cost_one_login_however_long_they_last(
        self, take_turn, poll, polls, world: World
    ):
        world.inject(stuck_at=50)
        approved()
        take_turn()
        poll()
        narrow(world)
        polls(3)
        logins = len(world.logins)
        polls(9)
        assert (logins, len(world.logins)) == (2, 2)

    def test_are_no_deletion_of_all_at_once_though_the_role_has_its_old_name(
        self, take_turn, poll, polls, world: World, project
    ):
        world.inject(stuck_at=50)
        rows = [approved("logs-one"), approved("logs-two")]
        for _ in rows:
            take_turn()
        poll()
        narrow(world, role=None)
        polls()
        assert {reload(row).state for row in rows} == {State.CREATING}
        assert error_of(project) == DENIED

    def test_of_a_paused_project_are_no_deletion(
        self, take_turn, poll, polls, world: World, project
    ):
        world.inject(stuck_at=50)
        row = approved()
        take_turn()
        poll()
        narrow(world)
        type(project).objects.update(paused_at="2026-11-23T12:00Z", paused_by="person")
        polls()
        assert reload(row).state == State.CREATING


class TestDeletionByThePortal:
    def test_is_not_done_where_rights_are_missing(
        self, take_turn, poll, clock, cloud, world: World
    ):
        world.inject(create=["fails_303"])
        row = approved()
        take_turn()
        poll()
        clock.advance(minutes=2)
        poll()
        row = reload(row)
        assert row.has_broken_cluster
        request_deletion(row, by=user("alice"), name=row.name, now=clock())
        narrow(world)
        self.step(row, cloud, clock)
        assert reload(row).has_broken_cluster
        assert row.events.last().data["because"] == DENIED
        world.inject(narrowed_to=None, role=None)
        self.step(row, cloud, clock)
        self.step(row, cloud, clock)
        assert not reload(row).has_broken_cluster
        assert not world.clusters

    def step(self, row, cloud, clock):
        Cluster.objects.update(deletion_due_at=Now())
        run_deletion(row.id, cloud=cloud, engine=EngineSettings(), now=clock())


class TestDeletionByHand:
    def test_of_one_among_others_is_believed(
        self, take_turn, poll, polls, world: World, project
    ):
        world.inject(stuck_at=50)
        gone, stays = approved("logs-gone"), approved("logs-stays")
        for _ in (gone, stays):
            take_turn()
        poll()
        world.delete_by_hand(reload(gone).cloud_id)
        polls(4)
        assert reload(gone).error_code == "portal.deleted_outside"
        assert reload(stays).state == State.CREATING
        assert error_of(project) == ""

    def test_of_the_only_one_is_marked_where_it_worked(
        self, take_turn, poll, polls, clock, world: World
    ):
        row = approved()
        take_turn()
        poll()
        clock.advance(minutes=2)
        poll()
        world.delete_by_hand(reload(row).cloud_id)
        polls(2)
        assert reload(row).cluster.health == Health.VANISHED


class TestDoubt:
    def test_forgets_no_cluster_that_came_meanwhile(
        self, take_turn, poll, polls, world: World, project
    ):
        """Of two that are missing one was deleted; the other is only hidden."""
        world.inject(stuck_at=50)
        gone = approved("logs-gone")
        take_turn()
        poll()
        InventorySnapshot.objects.update(roles=["one that is no more"])
        world.delete_by_hand(reload(gone).cloud_id)
        hidden = approved("logs-hidden")
        take_turn()
        polls(2)
        assert error_of(project) == DENIED
        narrow(world)
        call_command("confirm_gone", "demo", reload(gone).cloud_id, stdout=StringIO())
        polls()
        assert reload(hidden).state == State.CREATING
        assert error_of(project) == DENIED


class TestSnapshotOfTheReleaseBefore:
    """It kept no roles."""

    def test_blocks_nothing_for_ever(
        self, take_turn, poll, polls, world: World, project
    ):
        world.inject(stuck_at=50)
        row = approved()
        take_turn()
        poll()
        InventorySnapshot.objects.update(roles=[])
        world.delete_by_hand(reload(row).cloud_id)
        poll()
        assert error_of(project) == DENIED
        polls()
        assert reload(row).error_code == "portal.deleted_outside"
        assert error_of(project) == ""

    def test_is_no_loss_of_rights(self, take_turn, poll, polls, world: World, project):
        world.inject(stuck_at=50)
        row = approved()
        take_turn()
        poll()
        InventorySnapshot.objects.update(roles=[])
        poll()
        assert (reload(row).state, error_of(project)) == (State.CREATING, "")
        narrow(world)
        polls()
        assert (reload(row).state, error_of(project)) == (State.CREATING, DENIED)


class TestConfirmGone:
    def test_ends_what_only_a_person_can_know(
        self, take_turn, poll, polls, world: World, project
    ):
        world.inject(stuck_at=50)
        rows = [approved("logs-one"), approved("logs-two")]
        for _ in rows:
            take_turn()
        poll()
        ids = [reload(row).cloud_id for row in rows]
        for cluster_id in ids:
            world.delete_by_hand(cluster_id)
        polls()
        assert error_of(project) == DENIED
        call_command("confirm_gone", "demo", *ids, stdout=StringIO())
        polls(5)
        assert {reload(row).error_code for row in rows} == {"portal.deleted_outside"}
        assert error_of(project) == ""

    def test_is_not_for_a_cluster_that_is_listed(self, take_turn, poll, project):
        row = approved()
        take_turn()
        poll()
        known = reload(row).cloud_id
        for wrong in (known, "unknown"):
            with pytest.raises(CommandError, match="no scan misses it"):
                call_command("confirm_gone", "demo", wrong)
        assert InventorySnapshot.objects.get(cloud_project=project).known_ours == [
            known
        ]
