"""A value as it was pasted: blanks nobody sees, and other spellings of a stored place."""

from dataclasses import fields
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from clusters import wiring
from clusters.models import CloudProject, ClusterRequest
from clusters.operations.core.errors import MoveNotAllowed
from clusters.operations.core.project_columns import SECRET_IS_FOR
from clusters.operations.projects.connect import Connection
from clusters.operations.requests.decide import approve_request
from clusters.simulator.account import Account
from clusters.simulator.server import serve
from clusters.simulator.world import World
from tests.factories import NOON, approved, cloud_project, submitted, user

pytestmark = pytest.mark.django_db

PASSWORD = " s3cret Passw0rd "
PASTED = {
    "region": "\u00a0cn-north-4\n",
    "domain": "hwaccount ",
    "username": "\u200bportal-bot\u200b",
    "project": "cn-north-4\u00a0",
    "project_domain": " hwaccount\ufeff",
    "iam_url": " HTTPS://IAM.test:443/",
    "css_url": "https://css.test./ ",
    "vpc_url": "https://vpc.test\u200b",
}
KEPT = {
    "region": "cn-north-4",
    "domain_name": "hwaccount",
    "username": "portal-bot",
    "project_name": "cn-north-4",
    "project_domain": "hwaccount",
    "iam_url": "https://iam.test",
    "css_url": "https://css.test",
    "vpc_url": "https://vpc.test",
}
RESPELLED = {
    "iam_url": "https://IAM.test/",
    "css_url": "https://css.test:443",
    "vpc_url": "https://vpc.test.",
    "region": "cn-north-4 ",
    "domain_name": "demo-account\u00a0",
    "project_name": " cn-north-4",
    "project_id": f"{Account().projects[0].id}\u200b",
}
"""Other ways to write what `cloud_project` has."""


def connect(
    monkeypatch: pytest.MonkeyPatch,
    name: str = "prod",
    *,
    password: str = PASSWORD,
    check: bool = False,
    **options: str,
) -> CloudProject:
    monkeypatch.setenv("CLOUD_PASSWORD", password)
    words = [w for k, v in options.items() for w in (f"--{k.replace('_', '-')}", v)]
    call_command("connect_cloud", name, *words, *([] if check else ["--no-check"]))
    return CloudProject.objects.get(name=name.strip())


def as_options(columns: dict[str, str]) -> dict[str, str]:
    named = {"domain_name": "domain", "project_name": "project"}
    return {named.get(column, column): value for column, value in columns.items()}


def columns_of(project: CloudProject) -> dict[str, str]:
    return {each.name: getattr(project, each.name) for each in fields(Connection)}


def password_of(project: CloudProject) -> str:
    purpose = [getattr(project, name) for name in SECRET_IS_FOR]
    return wiring.encryptor().decrypt_for(purpose, project.sealed_password)


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def post(staff: Client, project: CloudProject | None, **values: str) -> Any:
    where = f"{project.pk}/change/" if project else "add/"
    return staff.post(f"/admin/clusters/cloudproject/{where}", values)


class TestConnectCloud:
    def test_keeps_no_blanks_of_what_was_pasted(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        project = connect(monkeypatch, " prod\u00a0", **PASTED)
        assert {name: getattr(project, name) for name in KEPT} == KEPT

    def test_keeps_no_blanks_of_a_pasted_id(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pasted = {k: v for k, v in PASTED.items() if k != "project"}
        project = connect(monkeypatch, **pasted, project_id=" 0a1b\u200b2c3d\t")
        assert project.project_id == "0a1b2c3d"

    @pytest.mark.parametrize("end", ["", "\n", "\r\n"])
    def test_keeps_the_blanks_of_a_password_but_not_the_line_end_of_its_file(
        self, monkeypatch: pytest.MonkeyPatch, end: str
    ) -> None:
        project = connect(monkeypatch, password=PASSWORD + end, **PASTED)
        assert password_of(project) == PASSWORD

    @pytest.mark.parametrize("option", ["domain", "username", "region", "project"])
    def test_refuses_what_is_nothing_but_blanks(
        self, monkeypatch: pytest.MonkeyPatch, option: str
    ) -> None:
        with pytest.raises(CommandError, match=f"^--{option}: "):
            connect(monkeypatch, **PASTED | {option: "\u00a0\u200b"})
        assert not CloudProject.objects.exists()

    def test_signs_in_once_with_what_was_meant(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world = World()
        with serve(world) as server:
            connect(
                monkeypatch,
                check=True,
                password=Account().password,
                region="cn-north-4",
                domain="demo-account ",
                username="portal-bot\u200b",
                project="\u00a0cn-north-4",
                **{
                    f"{service}_url": server.address
                    for service in ("iam", "css", "vpc")
                },
            )
        assert [each["status"] for each in world.logins] == [201]


class TestAnotherSpelling:
    """Of the place for which a request was approved."""

    @pytest.mark.parametrize("column", RESPELLED)
    def test_is_no_move(self, monkeypatch: pytest.MonkeyPatch, column: str) -> None:
        before = approved().cloud_project
        wanted = columns_of(before) | {column: RESPELLED[column]}
        named = "project_name" if column == "project_id" else "project_id"
        options = as_options({k: v for k, v in wanted.items() if v and k != named})
        del options["api_version"]
        after = connect(monkeypatch, "demo", **options)
        assert after.place.fingerprint == before.place.fingerprint
        assert password_of(after) == PASSWORD

    @pytest.mark.parametrize("column", RESPELLED)
    def test_stays_as_it_was_approved(
        self, monkeypatch: pytest.MonkeyPatch, column: str
    ) -> None:
        """The row of an earlier release, which kept what was typed."""
        plain = columns_of(cloud_project())
        CloudProject.objects.update(**{column: RESPELLED[column]})
        row = approved()
        named = "project_name" if column == "project_id" else "project_id"
        options = as_options({k: v for k, v in plain.items() if v and k != named})
        del options["api_version"]
        after = connect(monkeypatch, "demo", **options)
        assert getattr(after, column) == RESPELLED[column]
        assert after.place.fingerprint == row.place_sha256
        assert password_of(after) == PASSWORD

    def test_in_the_admin_is_no_move_and_needs_no_password(self, staff: Client) -> None:
        before = approved().cloud_project
        values = {"name": "demo", **columns_of(before), **RESPELLED, "password": ""}
        assert post(staff, before, **values).status_code == 302
        after = CloudProject.objects.get()
        assert after.place.fingerprint == before.place.fingerprint
        assert after.sealed_password == before.sealed_password

    def test_of_another_cloud_projects_place_is_that_place(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cloud_project(css_url="https://CSS.test:443")
        first = approved().cloud_project
        words = {k: v for k, v in columns_of(first).items() if k != "project_name"}
        del words["api_version"]
        options = as_options({k: v for k, v in words.items() if v})
        second = connect(
            monkeypatch, "second", **options | {"css_url": "https://css.test"}
        )
        assert second.place == first.place
        assert list(CloudProject.objects.at_place(first.place)) == [first, second]
        twin = submitted(project=second)
        with pytest.raises(MoveNotAllowed, match="name"):
            approve_request(
                twin, approver=user("bob"), body_sha256=twin.body_sha256, now=NOON
            )
        assert ClusterRequest.objects.filter(state="approved").count() == 1

    def test_of_a_place_that_is_not_fixed_is_mended(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cloud_project("prod", domain_name="hwaccount ", css_url="https://css.test:443")
        after = connect(monkeypatch, **PASTED)
        assert {name: getattr(after, name) for name in KEPT} == KEPT

    def test_of_another_port_is_another_place(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        approved()
        options = as_options(KEPT | {"domain_name": "demo-account"})
        with pytest.raises(CommandError, match=r"--css-url: The place of a cloud"):
            connect(
                monkeypatch, "demo", **options | {"css_url": "https://css.test:444"}
            )


class TestAdmin:
    def test_keeps_no_blanks_of_what_was_pasted(self, staff: Client) -> None:
        values = as_columns(PASTED) | {"name": "prod", "api_version": "v1"}
        post(staff, None, **values, password=PASSWORD)
        project = CloudProject.objects.get(name="prod")
        assert {name: getattr(project, name) for name in KEPT} == KEPT
        assert password_of(project) == PASSWORD


def as_columns(options: dict[str, str]) -> dict[str, str]:
    named = {"domain": "domain_name", "project": "project_name"}
    return {named.get(option, option): value for option, value in options.items()}
