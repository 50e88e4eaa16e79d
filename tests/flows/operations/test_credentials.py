"""A password is for the addresses and the user that it was entered for."""

import importlib
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from clusters import tasks, wiring
from clusters.cloud.types import Token
from clusters.models import CloudProject
from clusters.operations.core.project_columns import SECRET_IS_FOR
from clusters.operations.projects.connect import Connection, save_connection
from clusters.operations.projects.credentials import AddressNotAllowed, PasswordNeeded
from tests.factories import cloud_project
from tests.unit.cloud.test_hosts import INNER
from tests.unit.cloud.wire import ScriptedServer, reply

pytestmark = pytest.mark.django_db

PASSWORD = "s3cret-Passw0rd"
OTHER = {
    "iam_url": "https://iam.evil.test",
    "css_url": "https://css.evil.test",
    "vpc_url": "https://vpc.evil.test",
    "domain_name": "another-account",
    "username": "somebody-else",
}


@pytest.fixture
def listener() -> Iterator[ScriptedServer]:
    """Somebody's own server, on a host that the portal may connect to."""
    with ScriptedServer(reply(201, {})) as wire:
        yield wire


@pytest.fixture
def project() -> CloudProject:
    made = cloud_project()
    made.sealed_password = wiring.encrypted_for(made, PASSWORD)
    made.save()
    return made


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def change(staff: Client, project: CloudProject, **changes: str) -> Any:
    kept = {each.name: getattr(project, each.name) for each in fields(Connection)}
    url = f"/admin/clusters/cloudproject/{project.pk}/change/"
    return staff.post(url, {"password": "", **kept, **changes})


def works_on(project: CloudProject) -> None:
    """Whatever a worker does for a cloud project."""
    tasks.refresh_one_catalog(cloud_project_id=project.pk)
    tasks.poll_one(cloud_project_id=project.pk)
    tasks.provision(cloud_project_id=project.pk)
    project.refresh_from_db()


class TestAdmin:
    @pytest.mark.parametrize("field", SECRET_IS_FOR)
    def test_asks_for_the_password_again(
        self, staff: Client, project: CloudProject, field: str
    ) -> None:
        page = change(staff, project, **{field: OTHER[field]})
        assert "Type it again" in page.context["adminform"].form.errors["password"][0]
        again = CloudProject.objects.get()
        assert getattr(again, field) == getattr(project, field)
        assert again.credentials_version == project.credentials_version

    def test_sends_no_stored_password_to_a_listener(
        self, staff: Client, project: CloudProject, listener: ScriptedServer
    ) -> None:
        change(staff, project, iam_url=listener.url)
        works_on(project)
        assert listener.connections == 0

    def test_takes_another_address_with_a_password(
        self, staff: Client, project: CloudProject
    ) -> None:
        change(staff, project, iam_url=OTHER["iam_url"], password="typed-again")
        again = CloudProject.objects.get()
        purpose = [getattr(again, name) for name in SECRET_IS_FOR]
        opened = wiring.encryptor().decrypt_for(purpose, again.sealed_password)
        assert (again.iam_url, opened) == (OTHER["iam_url"], "typed-again")

    def test_keeps_the_password_for_what_it_is_not_for(
        self, staff: Client, project: CloudProject
    ) -> None:
        change(staff, project, api_version="v2", project_name="cn-north-9")
        again = CloudProject.objects.get()
        assert again.project_name == "cn-north-9"
        assert again.sealed_password == project.sealed_password

    @pytest.mark.parametrize("field", ["iam_url", "css_url", "vpc_url"])
    @pytest.mark.parametrize(
        "host", ["10.0.0.1", "169.254.169.254", "2130706433", "localhost", "[::1]"]
    )
    def test_refuses_an_inner_host_at_its_field(
        self, staff: Client, project: CloudProject, field: str, host: str
    ) -> None:
        wrong = {field: f"https://{host}", "password": PASSWORD}
        page = change(staff, project, **wrong)
        assert "ALLOWED_CLOUD_HOSTS" in page.context["adminform"].form.errors[field][0]
        assert getattr(CloudProject.objects.get(), field) == getattr(project, field)

    def test_refuses_plain_http_of_a_public_host(
        self, staff: Client, project: CloudProject
    ) -> None:
        change(staff, project, iam_url="http://iam.test", password=PASSWORD)
        assert CloudProject.objects.get().iam_url == project.iam_url


class TestOperation:
    def connection(self, project: CloudProject, **changes: str) -> Connection:
        kept = {each.name: getattr(project, each.name) for each in fields(Connection)}
        return Connection(**{**kept, **changes})

    @pytest.mark.parametrize("field", SECRET_IS_FOR)
    def test_refuses_a_stored_password_for_something_else(
        self, project: CloudProject, field: str
    ) -> None:
        wanted = self.connection(project, **{field: OTHER[field]})
        with pytest.raises(PasswordNeeded):
            save_connection(project.name, wanted)
        assert getattr(CloudProject.objects.get(), field) == getattr(project, field)

    def test_needs_a_password_for_a_new_project(self, project: CloudProject) -> None:
        with pytest.raises(PasswordNeeded):
            save_connection("new", self.connection(project))
        assert not CloudProject.objects.filter(name="new").exists()

    @pytest.mark.parametrize("host", INNER)
    def test_refuses_inner_hosts(self, project: CloudProject, host: str) -> None:
        wanted = self.connection(project, vpc_url=f"https://{host}")
        with pytest.raises(AddressNotAllowed) as refused:
            save_connection(project.name, wanted, sealed_password="sealed")
        assert refused.value.fields == ("vpc_url",)


class TestCommand:
    def test_names_the_option_of_an_inner_host(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CLOUD_PASSWORD", PASSWORD)
        where = ("--region", "r", "--domain", "d", "--username", "u", "--project", "p")
        urls = ("--iam-url", "https://iam.test", "--css-url", "https://10.0.0.1")
        vpc = ("--vpc-url", "https://vpc.test")
        with pytest.raises(CommandError, match=r"^--css-url: .*ALLOWED_CLOUD_HOSTS"):
            call_command("connect_cloud", "new", *where, *urls, *vpc)
        assert not CloudProject.objects.exists()


class TestSeal:
    """Whoever changes the row past the form finds the password closed."""

    @pytest.mark.parametrize("field", ["iam_url", "css_url", "vpc_url"])
    def test_does_not_open_for_another_address(
        self, project: CloudProject, listener: ScriptedServer, field: str
    ) -> None:
        now = timezone.now()
        token = Token(
            value="MIItoken",
            issued_at=now,
            expires_at=now + timedelta(hours=9),
            project_id=project.project_id,
        )
        wiring.token_store(project).keep(token)  # a token is a secret, too
        CloudProject.objects.update(**{field: listener.url})
        works_on(project)
        assert listener.connections == 0
        assert project.paused_by == "portal"
        assert "entered for other addresses" in project.paused_reason

    @pytest.mark.parametrize("field", ["domain_name", "username"])
    def test_does_not_open_for_another_user(
        self, project: CloudProject, field: str
    ) -> None:
        CloudProject.objects.update(**{field: "another"})
        works_on(project)
        assert "or another user" in project.paused_reason

    def test_of_an_older_release_does_not_open(self, project: CloudProject) -> None:
        CloudProject.objects.update(
            sealed_password=wiring.encryptor().encrypt(PASSWORD)
        )
        works_on(project)
        assert project.paused_by == "portal"


class TestMigration:
    def test_takes_stored_passwords_for_what_their_rows_say(
        self, project: CloudProject
    ) -> None:
        migration = importlib.import_module("clusters.migrations.0012_hosts")
        alone = wiring.encryptor().encrypt(PASSWORD)
        CloudProject.objects.update(sealed_password=alone)
        lost = cloud_project("lost", sealed_password="of another key")
        migration.seal_for_purpose(apps, None)
        project.refresh_from_db()
        lost.refresh_from_db()
        purpose = [getattr(project, name) for name in SECRET_IS_FOR]
        opened = wiring.encryptor().decrypt_for(purpose, project.sealed_password)
        assert (opened, lost.sealed_password) == (PASSWORD, "of another key")
        migration.seal_alone(apps, None)
        project.refresh_from_db()
        assert wiring.encryptor().decrypt(project.sealed_password) == PASSWORD
