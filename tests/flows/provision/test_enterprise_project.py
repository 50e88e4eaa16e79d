"""
From connecting to deleting, as an IAM user with rights in one enterprise project.

Over a real wire: the commands, the pages, the worker's turn and the client that the
settings make.
"""

import json
import re
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models.functions import Now
from django.utils import timezone

from clusters import wiring
from clusters.domain.engine_settings import EngineSettings
from clusters.domain.states import State
from clusters.models import CloudProject, Cluster, ClusterRequest, InventorySnapshot
from clusters.models.cluster import Health
from clusters.operations.clusters.delete import run_deletion
from clusters.operations.inventory.missing import DENIED
from clusters.operations.polling.poll import poll_project
from clusters.operations.projects.refresh_catalog import refresh_catalog
from clusters.operations.provisioning.provision import provision_next
from clusters.simulator.account import Account
from clusters.simulator.server import SimulatorServer, serve
from clusters.simulator.world import World
from tests.factories import user
from tests.flows.ask.posting import post
from tests.flows.decide.pages import as_person, url_of
from tests.flows.provision.rows import make_due, reload

pytestmark = pytest.mark.django_db

OURS = "8b1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
ENGINE = EngineSettings(settle_seconds=30)


@pytest.fixture
def server() -> Iterator[SimulatorServer]:
    world = World(account=Account(enterprise_project_id=OURS), build_seconds=0)
    with serve(world, 0) as server:
        yield server


@pytest.fixture
def world(server: SimulatorServer) -> World:
    return server.world


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUD_PASSWORD", Account().password)


def connected(server: SimulatorServer, *options: str) -> CloudProject:
    """Connect as people do, and have the offers read."""
    call_command(
        "connect_cloud",
        "demo",
        *("--region", "cn-north-4", "--domain", "demo-account"),
        *("--username", "portal-bot", "--project", "cn-north-4"),
        *(f"--{each}-url={server.address}" for each in ("iam", "css", "vpc")),
        *options,
        stdout=StringIO(),
    )
    project = CloudProject.objects.get()
    cloud = wiring.cloud(project)
    assert refresh_catalog(project.pk, cloud=cloud, now=timezone.now())
    return project


def asked(name: str = "logs-search") -> ClusterRequest:
    """Ask by the form, as Alice."""
    user("alice")
    answer = post(as_person("alice"), name=name)
    assert answer.status_code == 302, answer.content.decode()
    return ClusterRequest.objects.get(name=name)


def approved(name: str = "logs-search") -> ClusterRequest:
    """Ask as Alice, and approve as Bob what the page shows."""
    row = asked(name)
    bob = as_person("bob")
    page = bob.get(url_of(row)).content.decode()
    shown = dict(re.findall(r'name="(\w+_sha256)"\s+value="([0-9a-f]{64})"', page))
    assert bob.post(url_of(row, "approve"), shown).status_code == 302
    return reload(row)


def take_turn(project: CloudProject) -> None:
    project.refresh_from_db()
    make_due()
    cloud = wiring.cloud(project)
    provision_next(
        project.pk,
        cloud=cloud,
        encryptor=wiring.encryptor(),
        engine=ENGINE,
        now=timezone.now(),
    )


def poll(project: CloudProject) -> None:
    cloud = wiring.cloud(project)
    CloudProject.objects.update(polled_until=None)
    poll_project(project.pk, cloud=cloud, engine=ENGINE, now=timezone.now())


class TestStory:
    def test_ends_with_a_cluster_in_the_enterprise_project(
        self, server: SimulatorServer, world: World
    ) -> None:
        project = connected(server, "--enterprise-project", OURS)
        user("alice")
        form = as_person("alice").get("/requests/new/").content.decode()
        assert "vpc-prod" in form
        assert "subnet-search" in form
        assert "sg-search" in form
        assert "vpc-test" not in form
        assert "subnet-test" not in form
        row = approved()
        take_turn(project)
        assert reload(row).state == State.CREATING
        poll(project)
        assert reload(row).state == State.ACTIVE
        (cluster,) = world.clusters
        assert cluster.order.enterprise_project_id == OURS
        assert cluster.id == reload(row).cloud_id

    def test_finds_the_cluster_of_a_lost_answer(
        self, server: SimulatorServer, world: World
    ) -> None:
        project = connected(server, "--enterprise-project", OURS)
        world.inject(create=["close_after"])
        row = approved()
        take_turn(project)
        assert reload(row).state == State.UNCLEAR
        poll(project)
        assert reload(row).cloud_id == world.clusters[0].id
        assert len(world.creates) == 1

    def test_deletes_a_broken_cluster(
        self, server: SimulatorServer, world: World
    ) -> None:
        project = connected(server, "--enterprise-project", OURS)
        world.inject(create=["fails_303"])
        row = approved()
        take_turn(project)
        poll(project)
        assert reload(row).has_broken_cluster
        order = as_person("alice").post(
            url_of(row, "delete-cluster"), {"name": row.name}
        )
        assert order.status_code == 302
        for _ in range(2):
            Cluster.objects.update(deletion_due_at=Now())
            cloud = wiring.cloud(project)
            run_deletion(row.id, cloud=cloud, engine=ENGINE, now=timezone.now())
        assert not world.clusters
        assert not reload(row).has_broken_cluster
        poll(project)
        assert InventorySnapshot.objects.get().is_complete

    def test_offers_all_granted_networks_where_none_was_named(
        self, server: SimulatorServer, world: World
    ) -> None:
        """The cloud itself refuses what this user could not list."""
        project = connected(server)
        row = approved()
        take_turn(project)
        failed = reload(row)
        assert (failed.state, failed.error_code) == (State.FAILED, "CSS.0051")
        assert not world.clusters


class TestRightsThatMoveAway:
    def test_are_no_deletion(self, server: SimulatorServer, world: World) -> None:
        project = connected(server, "--enterprise-project", OURS)
        row = approved()
        take_turn(project)
        poll(project)
        world.inject(narrowed_to="0", role="reader_of_the_default_one")
        for _ in range(4):
            poll(project)
        snapshot = InventorySnapshot.objects.get()
        assert (snapshot.is_complete, snapshot.error) == (False, DENIED)
        assert (reload(row).state, reload(row).cluster.health) == (
            State.ACTIVE,
            Health.GOOD,
        )


class TestWhatIsHidden:
    """CSS.0015, and no role tells: those of a token are of the whole project."""

    @pytest.fixture
    def project(self, server: SimulatorServer) -> CloudProject:
        return connected(server, "--enterprise-project", OURS)

    def made(self, project: CloudProject, name: str) -> ClusterRequest:
        row = approved(name)
        take_turn(project)
        poll(project)
        return reload(row)

    def scan_until_the_wait_is_over(self, project: CloudProject) -> InventorySnapshot:
        for _ in range(4):
            poll(project)
        return InventorySnapshot.objects.get()

    def test_is_not_deleted_where_somebody_moved_it(
        self, project: CloudProject, world: World
    ) -> None:
        moved, stays = self.made(project, "logs-one"), self.made(project, "logs-two")
        world.act({"move": moved.cloud_id, "to": "0"})
        snapshot = self.scan_until_the_wait_is_over(project)
        assert (snapshot.is_complete, snapshot.error) == (False, DENIED)
        assert (
            reload(moved).cluster.health == reload(stays).cluster.health == Health.GOOD
        )

    def test_is_not_deleted_where_rights_are_taken_in_the_enterprise_project(
        self, project: CloudProject, world: World
    ) -> None:
        row = self.made(project, "logs-one")
        world.inject(create=["close_after"])
        lost = approved("logs-two")
        take_turn(project)
        world.inject(narrowed_to="0")
        snapshot = self.scan_until_the_wait_is_over(project)
        assert (snapshot.is_complete, snapshot.error) == (False, DENIED)
        assert reload(row).cluster.health == Health.GOOD
        assert (reload(lost).state, reload(lost).absent_scans) == (State.UNCLEAR, 0)

    def test_is_gone_once_somebody_has_looked(
        self, project: CloudProject, world: World
    ) -> None:
        row = self.made(project, "logs-one")
        world.delete_by_hand(row.cloud_id)
        assert self.scan_until_the_wait_is_over(project).error == DENIED
        call_command("confirm_gone", "demo", row.cloud_id, stdout=StringIO())
        assert self.scan_until_the_wait_is_over(project).is_complete
        assert reload(row).cluster.health == Health.VANISHED


class TestBody:
    def test_is_what_the_form_shows_before_it_is_sent(
        self, server: SimulatorServer
    ) -> None:
        connected(server, "--enterprise-project", OURS)
        user("alice")
        page = post(as_person("alice"), check="1").content.decode()
        assert f"&quot;enterprise_project_id&quot;: &quot;{OURS}&quot;" in page
        row = asked()
        assert json.loads(row.body)["cluster"]["enterprise_project_id"] == OURS
