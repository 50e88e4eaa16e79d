"""A cloud project in one enterprise project: how it is connected and checked."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clusters import wiring
from clusters.models import CloudProject
from clusters.simulator.account import Account
from clusters.simulator.server import SimulatorServer, serve
from clusters.simulator.world import World
from tests.factories import approved, cloud_project, user

pytestmark = pytest.mark.django_db

OURS = "8b1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
THEIRS = "1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f"


@pytest.fixture
def server() -> Iterator[SimulatorServer]:
    """A cloud whose user has rights in one enterprise project only."""
    world = World(account=Account(enterprise_project_id=OURS), build_seconds=0)
    with serve(world, 0) as server:
        yield server


@pytest.fixture
def connect(server: SimulatorServer, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return connect_cloud for this cloud; it returns what is printed."""
    monkeypatch.setenv("CLOUD_PASSWORD", Account().password)
    urls = [f"--{each}-url={server.address}" for each in ("iam", "css", "vpc")]

    def command(*options: str) -> str:
        out = StringIO()
        call_command(
            "connect_cloud",
            "live",
            *("--region", "cn-north-4", "--domain", "demo-account"),
            *("--username", "portal-bot", "--project", "cn-north-4"),
            *urls,
            *options,
            stdout=out,
        )
        return out.getvalue()

    return command


def checked() -> tuple[str, bool]:
    """Return what check_cloud prints, and whether it finds everything."""
    out = StringIO()
    try:
        call_command("check_cloud", stdout=out)
    except CommandError:
        return out.getvalue(), False
    return out.getvalue(), True


class TestConnectCloud:
    def test_keeps_the_enterprise_project_as_the_cloud_writes_it(self, connect) -> None:
        said = connect("--enterprise-project", f" {OURS.upper()} ")
        assert "1 VPCs are visible." in said
        project = CloudProject.objects.get()
        assert project.enterprise_project_id == OURS
        assert project.place.enterprise_project_id == OURS

    def test_keeps_what_is_stored_where_it_is_left_out(self, connect) -> None:
        connect("--enterprise-project", OURS)
        connect()
        assert CloudProject.objects.get().enterprise_project_id == OURS
        connect("--enterprise-project", "")
        assert CloudProject.objects.get().enterprise_project_id == ""

    def test_keeps_none_of_another_account(self, connect) -> None:
        connect("--enterprise-project", OURS)
        connect("--domain", "another-account", "--no-check")
        assert CloudProject.objects.get().enterprise_project_id == ""

    def test_says_where_clusters_would_be_made_without_it(self, connect) -> None:
        said = connect()
        assert "rights in some enterprise projects only" in said
        assert "--enterprise-project" in said

    def test_names_the_reading_that_failed_and_what_helps(self, connect) -> None:
        with pytest.raises(CommandError) as refused:
            connect("--enterprise-project", THEIRS)
        assert str(refused.value) == (
            "Nothing was saved. VPCs: VPC.2701 HTTP 403: You do not have permission to"
            " perform this operation. Give the IAM user vpc:vpcs:list in the enterprise"
            f" project {THEIRS}."
        )
        assert not CloudProject.objects.exists()

    @pytest.mark.parametrize("wrong", ["default", "1", OURS[:-1], f"{OURS}0", "00"])
    def test_refuses_what_is_no_enterprise_project(self, connect, wrong: str) -> None:
        with pytest.raises(CommandError, match=r"^--enterprise-project: “"):
            connect("--enterprise-project", wrong)
        assert not CloudProject.objects.exists()

    def test_moves_no_place_that_something_was_approved_for(self, connect) -> None:
        connect("--enterprise-project", OURS)
        approved(project=CloudProject.objects.get())
        with pytest.raises(CommandError, match=r"saved\. --enterprise-project: "):
            connect("--enterprise-project", "0")
        assert CloudProject.objects.get().enterprise_project_id == OURS


class TestCheckCloud:
    def test_finds_everything_of_the_enterprise_project(self, connect) -> None:
        connect("--enterprise-project", OURS)
        said, is_complete = checked()
        assert f"enterprise project {OURS})" in said
        assert "VPCs: ok, 1\n  subnets: ok, 2\n  security groups: ok, 2\n" in said
        assert is_complete

    def test_finds_everything_where_none_was_named(self, connect) -> None:
        connect()
        said, is_complete = checked()
        assert "VPCs: ok, 1\n  subnets: ok, 2\n  security groups: ok, 2\n" in said
        assert is_complete

    def test_names_the_permissions_that_help(self, connect) -> None:
        connect("--enterprise-project", THEIRS, "--no-check")
        said, is_complete = checked()
        refused = "FAILED, VPC.2701 HTTP 403: You do not have permission"
        assert not is_complete
        assert f"VPCs: {refused}" in said
        assert f"vpc:vpcs:list in the enterprise project {THEIRS}." in said
        assert f"security groups: {refused}" in said
        assert "vpc:securityGroups:list, vpc:securityGroups:get in the" in said

    def test_reads_a_cluster_where_there_is_one(self, connect, server) -> None:
        connect("--enterprise-project", OURS)
        server.world.act({"add_foreign": {"name": "theirs"}})
        assert "one cluster" not in checked()[0]
        server.world.inject(narrowed_to="0")
        assert "  one cluster: ok, theirs\n" in checked()[0]


class TestClient:
    def test_is_another_one_once_the_row_says_so(self) -> None:
        project = cloud_project()
        project.sealed_password = wiring.encrypted_for(project, "x")
        before = wiring.cloud(project)
        assert before.place.enterprise_project_id == ""
        project.enterprise_project_id = OURS
        assert wiring.cloud(project).place.enterprise_project_id == OURS


class TestAdmin:
    FORM = {
        "name": "live",
        "region": "cn-north-4",
        "domain_name": "account",
        "username": "bot",
        "project_name": "cn-north-4",
        "iam_url": "https://iam.test",
        "css_url": "https://css.test",
        "vpc_url": "https://vpc.test",
        "api_version": "v1",
        "password": "x",
    }

    @pytest.fixture
    def admin(self, client):
        root = user("root")
        root.is_staff = root.is_superuser = True
        root.save()
        client.force_login(root)
        return client

    def test_takes_it(self, admin) -> None:
        url = "/admin/clusters/cloudproject/add/"
        admin.post(url, {**self.FORM, "enterprise_project_id": OURS.upper()})
        assert CloudProject.objects.get().enterprise_project_id == OURS

    def test_says_at_the_field_what_is_none(self, admin) -> None:
        url = "/admin/clusters/cloudproject/add/"
        page = admin.post(url, {**self.FORM, "enterprise_project_id": "default"})
        assert "is not an enterprise project" in page.text
        assert not CloudProject.objects.exists()
