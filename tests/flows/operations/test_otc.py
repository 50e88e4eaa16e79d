"""A cluster at Open Telekom Cloud: connected, asked for, approved, made, ready, deleted."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from clusters import tasks
from clusters.domain.states import State
from clusters.models import (
    CatalogSnapshot,
    CloudProject,
    Cluster,
    ClusterRequest,
    Event,
    InventorySnapshot,
)
from clusters.models.cluster import Health
from clusters.operations.inventory.missing import DENIED
from clusters.simulator.account import Account
from clusters.simulator.server import SimulatorServer, serve
from clusters.simulator.site import Site
from clusters.simulator.world import World
from tests.factories import user
from tests.flows.decide.pages import as_person, url_of
from tests.unit.ask.made import posted

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World(site=Site(is_otc=True), build_seconds=0)


@pytest.fixture
def server(world: World) -> Iterator[SimulatorServer]:
    with serve(world) as server:
        yield server


@pytest.fixture
def project(server: SimulatorServer, monkeypatch: pytest.MonkeyPatch) -> CloudProject:
    connect(server, monkeypatch)
    made = CloudProject.objects.get(name="otc")
    tasks.refresh_one_catalog(cloud_project_id=made.pk)
    return made


def connect(
    server: SimulatorServer,
    monkeypatch: pytest.MonkeyPatch,
    *options: str,
    domain: str = "demo-account",
    dialect: str = "otc",
) -> str:
    monkeypatch.setenv("CLOUD_PASSWORD", Account().password)
    urls = [w for s in ("iam", "css", "vpc") for w in (f"--{s}-url", server.address)]
    who = ("--region", "eu-de", "--domain", "demo-account", "--username", "portal-bot")
    manner = ("--dialect", dialect) if dialect else ()
    scope = ("--project-domain", domain) if domain else ()
    said = StringIO()
    call_command(
        "connect_cloud",
        *("otc", *who, "--project", "cn-north-4", *urls, *manner, *scope, *options),
        stdout=said,
    )
    return said.getvalue()


def ask(name: str = "logs-search") -> ClusterRequest:
    """Ask and approve on the pages, as people do."""
    user("alice")
    form = posted(name=name, cloud_project="otc", submission_key=str(uuid.uuid4()))
    answer = as_person("alice").post("/requests/new/", dict(form.lists()))
    assert answer.status_code == 302, answer.text
    row = ClusterRequest.objects.get(name=name)
    sha = {"body_sha256": row.body_sha256}
    assert as_person("bob").post(url_of(row, "approve"), sha).status_code == 302
    return row


def work(project: CloudProject) -> None:
    tasks.provision(cloud_project_id=project.pk)
    scan(project)


def scan(project: CloudProject) -> None:
    """Scan, and let what is missing have been so for longer than the portal doubts."""
    CloudProject.objects.update(polled_until=None)
    tasks.poll_one(cloud_project_id=project.pk)
    missing = Cluster.objects.exclude(missing_since=None)
    missing.update(missing_since=F("missing_since") - timedelta(minutes=10))


def reload(row: ClusterRequest) -> Any:
    row.refresh_from_db()
    return row


class TestConnecting:
    def test_by_a_projects_name_needs_its_domain(
        self, server: SimulatorServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(CommandError, match=r"domain in project.*--project-domain"):
            connect(server, monkeypatch, domain="")
        assert not CloudProject.objects.exists()

    def test_keeps_and_tells_how_the_cloud_is_spoken_to(
        self, server: SimulatorServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert "dialect otc" in connect(server, monkeypatch)
        project = CloudProject.objects.get(name="otc")
        assert (project.dialect, project.project_domain) == ("otc", "demo-account")
        event = Event.objects.get(kind="cloud_project.connected")
        assert event.data["changed"]["dialect"][-1] == "otc"

    def test_again_keeps_what_is_left_out(
        self, server: SimulatorServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        connect(server, monkeypatch)
        connect(server, monkeypatch, domain="", dialect="")
        project = CloudProject.objects.get(name="otc")
        assert (project.dialect, project.project_domain) == ("otc", "demo-account")

    def test_is_complete_for_check_cloud(self, project: CloudProject) -> None:
        said = StringIO()
        call_command("check_cloud", "otc", stdout=said)
        assert "dialect otc, create v1, project domain demo-account" in said.getvalue()
        assert "FAILED" not in said.getvalue()

    def test_in_the_wrong_dialect_is_told_so_by_check_cloud(
        self, project: CloudProject
    ) -> None:
        CloudProject.objects.update(dialect="huawei")
        said = StringIO()
        with pytest.raises(CommandError, match="missing"):
            call_command("check_cloud", "otc", stdout=said)
        assert "flavors: FAILED, APIGW.0101" in said.getvalue()
        assert "connect_cloud --dialect" in said.getvalue()

    def test_reads_what_is_sold_though_kinds_of_disk_are_not_told(
        self, project: CloudProject
    ) -> None:
        snapshot = CatalogSnapshot.objects.get(cloud_project=project)
        assert snapshot.error == ""
        assert snapshot.data["flavors"]
        assert not snapshot.data["disks"]

    def test_in_the_wrong_dialect_says_so_and_reads_nothing(
        self, project: CloudProject
    ) -> None:
        CloudProject.objects.update(dialect="huawei")
        CatalogSnapshot.objects.update(asked_at=None, begun_at=None)
        tasks.refresh_one_catalog(cloud_project_id=project.pk)
        snapshot = CatalogSnapshot.objects.get(cloud_project=project)
        assert "APIGW.0101" in snapshot.error
        assert snapshot.data["flavors"]


class TestCluster:
    def test_is_made_once_and_ready(self, project: CloudProject, world: World) -> None:
        row = ask()
        work(project)
        assert reload(row).state == State.ACTIVE
        assert row.cloud_id == world.clusters[0].id
        assert len(world.creates) == 1

    def test_stays_the_approved_one_when_the_dialect_changes(
        self,
        project: CloudProject,
        server: SimulatorServer,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        row = ask()
        place = CloudProject.objects.get().place.fingerprint
        connect(server, monkeypatch, "--no-check", domain="other", dialect="huawei")
        after = CloudProject.objects.get()
        assert (after.dialect, after.place.fingerprint) == ("huawei", place)
        work(after)
        assert reload(row).state == State.ACTIVE

    def test_of_a_lost_answer_is_found_by_the_conflict_of_its_name(
        self, project: CloudProject, world: World
    ) -> None:
        """The first create is not listed yet when the second is told 409 CSS.5050."""
        row = ask()
        world.inject(create=["close_after"], list_lag_seconds=3600)
        tasks.provision(cloud_project_id=project.pk)
        assert reload(row).state == State.UNCLEAR
        self.let_absence_be_settled(project, row)
        tasks.provision(cloud_project_id=project.pk)
        assert [each["status"] for each in world.creates] == [200, 409]
        assert reload(row).state == State.UNCLEAR
        world.inject(list_lag_seconds=None)
        scan(project)
        assert reload(row).state in (State.CREATING, State.ACTIVE)
        scan(project)
        assert reload(row).state == State.ACTIVE
        assert len(world.clusters) == 1

    def let_absence_be_settled(
        self, project: CloudProject, row: ClusterRequest
    ) -> None:
        for _ in range(6):
            for column in ("answer_by", "last_absent_at", "claimed_until", "due_at"):
                rows = ClusterRequest.objects.exclude(**{column: None})
                rows.update(**{column: F(column) - timedelta(hours=1)})
            scan(project)
        assert reload(row).state == State.APPROVED


class TestDeletedByHand:
    def test_is_believed_while_the_user_has_his_rights(
        self, project: CloudProject, world: World
    ) -> None:
        row = ask()
        work(project)
        world.delete_by_hand(reload(row).cloud_id)
        scan(project)
        assert reload(row).cluster.health == Health.VANISHED

    def test_is_not_believed_of_a_user_who_has_lost_rights(
        self, project: CloudProject, world: World
    ) -> None:
        """The 404 is the same for what may not be seen."""
        row = ask()
        work(project)
        world.inject(narrowed_to=str(uuid.uuid4()), role="reader_of_another_project")
        for _ in range(5):
            scan(project)
        assert reload(row).cluster.health == Health.GOOD
        assert InventorySnapshot.objects.get(cloud_project=project).error == DENIED


class TestDeletedByThePortal:
    def test_is_gone_after_the_404(self, project: CloudProject, world: World) -> None:
        row = ask()
        world.inject(next_create="fails_303")
        work(project)
        assert reload(row).has_broken_cluster
        fields = {"name": row.name}
        answer = as_person("alice").post(url_of(row, "delete-cluster"), fields)
        assert answer.status_code == 302
        for _ in range(2):
            Cluster.objects.update(deletion_due_at=F("created_at"))
            tasks.delete_one_cluster(
                cloud_project_id=project.pk, request_id=str(row.id)
            )
        assert world.clusters == ()
        assert reload(row).cluster.gone_at is not None
