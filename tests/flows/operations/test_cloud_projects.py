"""Pausing, resuming and connecting cloud projects."""

from dataclasses import fields
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from clusters.cloud.errors import SignInPaused, SignInRefused
from clusters.domain.engine_settings import EngineSettings
from clusters.models import CloudProject
from clusters.operations.core.backoff import apply_project_error, pause_after_trouble
from clusters.operations.core.errors import MoveNotAllowed, NotAllowed
from clusters.operations.projects.connect import Connection, save_connection
from clusters.operations.projects.credentials import secret_is_for
from clusters.operations.projects.pause import (
    NotConnected,
    pause_cloud_project,
    resume_cloud_project,
)
from clusters.wiring import encryptor, token_store
from tests.factories import NOON, cloud_project, user

pytestmark = pytest.mark.django_db


class TestPause:
    def test_is_done_by_operators_only(self):
        with pytest.raises(NotAllowed):
            pause_cloud_project(cloud_project(), by=user("bob"), reason="", now=NOON)

    def test_happens_once(self):
        project = cloud_project()
        pause_cloud_project(project, by=user("olga"), reason="Works", now=NOON)
        with pytest.raises(MoveNotAllowed):
            pause_cloud_project(project, by=user("olga"), reason="Works", now=NOON)

    def test_of_the_portal_keeps_the_words_of_the_cloud(self):
        project = cloud_project()
        error = SignInRefused("The username or password is wrong.", status=401)
        pause_after_trouble(project.pk, error, now=NOON)
        project.refresh_from_db()
        assert project.paused_by == "portal"
        assert "username or password is wrong" in project.paused_reason

    def test_by_a_login_with_an_older_password_does_not_stop_the_newer_one(self):
        project = cloud_project()
        tokens = token_store(project)
        password = encryptor().encrypt("the-right-one")
        connection = Connection(
            **{field.name: getattr(project, field.name) for field in fields(Connection)}
        )

        def refuse():
            # While IAM answers, somebody mends the password.
            save_connection(project.name, connection, sealed_password=password)
            raise SignInRefused("The username or password is wrong.", status=401)

        with pytest.raises(SignInRefused) as refused:
            tokens.renew(refuse, stale=None)
        apply_project_error(
            project.pk, refused.value, engine=EngineSettings(), now=NOON
        )
        project.refresh_from_db()
        assert not project.is_paused
        with pytest.raises(SignInPaused):
            tokens.renew(refuse, stale=None)


class TestResume:
    def test_forgets_tokens_and_refusals(self):
        project = cloud_project()
        pause_cloud_project(project, by=user("olga"), reason="", now=NOON)
        project.refresh_from_db()
        resume_cloud_project(project, by=user("olga"), now=NOON)
        again = CloudProject.objects.get()
        assert not again.is_paused
        assert again.credentials_version == project.credentials_version + 1

    def test_needs_credentials(self):
        project = cloud_project(sealed_password="", paused_at=NOON, paused_by="person")
        with pytest.raises(NotConnected):
            resume_cloud_project(project, by=user("olga"), now=NOON)

    def test_needs_a_pause(self):
        with pytest.raises(MoveNotAllowed):
            resume_cloud_project(cloud_project(), by=user("olga"), now=NOON)


def connect(*arguments: str, monkeypatch) -> str:
    monkeypatch.setenv("CLOUD_PASSWORD", "s3cret-Passw0rd")
    out = StringIO()
    given = ["--region", "cn-north-1", "--domain", "account", "--username", "bot"]
    call_command("connect_cloud", *arguments, *given, "--project", "p", stdout=out)
    return out.getvalue()


class TestConnectCommand:
    def test_saves_ciphertext_only(self, monkeypatch):
        said = connect("prod", "--no-check", monkeypatch=monkeypatch)
        project = CloudProject.objects.get(name="prod")
        assert "s3cret-Passw0rd" not in project.sealed_password
        purpose = secret_is_for(project)
        opened = encryptor().decrypt_for(purpose, project.sealed_password)
        assert opened == "s3cret-Passw0rd"
        assert "s3cret-Passw0rd" not in said

    def test_takes_addresses_from_the_region_table(self, monkeypatch):
        connect("prod", "--no-check", monkeypatch=monkeypatch)
        project = CloudProject.objects.get(name="prod")
        assert project.css_url == "https://es.cn-north-1.myhuaweicloud.com"
        assert project.iam_url == "https://iam.cn-north-1.myhuaweicloud.com"

    def test_prefers_the_addresses_that_it_is_given(self, monkeypatch):
        css = ("--css-url", "https://css.example.com:8443/")
        connect("prod", "--no-check", *css, monkeypatch=monkeypatch)
        project = CloudProject.objects.get(name="prod")
        assert project.css_url == "https://css.example.com:8443"
        assert project.vpc_url == "https://vpc.cn-north-1.myhuaweicloud.com"

    @pytest.mark.parametrize(("given", "api"), [((), "v1"), (("--api", "v2"), "v2")])
    def test_keeps_which_create_call_is_used(self, monkeypatch, given, api):
        connect("prod", "--no-check", *given, monkeypatch=monkeypatch)
        assert CloudProject.objects.get(name="prod").create_api == api

    def test_leaves_other_cloud_projects_as_they_are(self, monkeypatch):
        other = cloud_project("other", paused_at=NOON, paused_by="portal")
        connect("prod", "--no-check", monkeypatch=monkeypatch)
        again = CloudProject.objects.get(name="other")
        assert again.is_paused
        assert again.credentials_version == other.credentials_version

    def test_resumes_and_forgets_the_old_token(self, monkeypatch):
        before = cloud_project("prod", paused_at=NOON, paused_by="portal")
        connect("prod", "--no-check", monkeypatch=monkeypatch)
        after = CloudProject.objects.get(name="prod")
        assert not after.is_paused
        assert after.credentials_version > before.credentials_version

    def test_saves_nothing_when_the_cloud_is_not_there(self, monkeypatch):
        closed = "http://127.0.0.1:9"
        with pytest.raises(CommandError, match="Nothing was saved"):
            connect("prod", "--iam-url", closed, monkeypatch=monkeypatch)
        assert not CloudProject.objects.exists()

    @pytest.mark.parametrize(
        "url",
        [
            "iam.test",
            "ftp://iam.test",
            "https://iam.test/v3",
            "https://a:b@c",
            "https://iam.test:65536",
            "https://iam.test:0",
        ],
    )
    def test_refuses_an_address_that_is_none(self, monkeypatch, url):
        with pytest.raises(CommandError, match="--iam-url"):
            connect("prod", "--no-check", "--iam-url", url, monkeypatch=monkeypatch)

    @pytest.mark.parametrize("name", ["", "two words", "a/b", "é", "x" * 65])
    def test_refuses_a_name_that_is_no_slug(self, monkeypatch, name):
        with pytest.raises(CommandError, match="NAME"):
            connect(name, "--no-check", monkeypatch=monkeypatch)

    @pytest.mark.parametrize(
        ("option", "value"),
        [("--domain", "d" * 129), ("--username", ""), ("--region", "r" * 65)],
    )
    def test_refuses_what_the_row_cannot_hold(self, monkeypatch, option, value):
        monkeypatch.setenv("CLOUD_PASSWORD", "x")
        given = {"--region": "r", "--domain": "d", "--username": "u", option: value}
        words = [word for pair in given.items() for word in pair]
        with pytest.raises(CommandError, match=f"^{option}: "):
            call_command(
                "connect_cloud", "p", *words, "--project-id", "1", "--no-check"
            )
        assert not CloudProject.objects.exists()

    def test_takes_the_password_from_a_file(self, monkeypatch, tmp_path):
        monkeypatch.delenv("CLOUD_PASSWORD", raising=False)
        monkeypatch.setenv("CLOUD_PASSWORD_FILE", str(tmp_path / "password"))
        # As Windows saves it; blanks may be a part of it.
        (tmp_path / "password").write_bytes(b"\xef\xbb\xbf s3cret Passw0rd\r\n")
        words = ["--region", "r", "--domain", "d", "--username", "u", "--project", "p"]
        urls = [
            f"--{each}-url=https://{each}.example.com" for each in ("iam", "css", "vpc")
        ]
        call_command("connect_cloud", "p", *words, *urls, "--no-check")
        project = CloudProject.objects.get(name="p")
        password = encryptor().decrypt_for(
            secret_is_for(project), project.sealed_password
        )
        assert password == " s3cret Passw0rd"

    def test_needs_a_password(self, monkeypatch):
        def nobody_answers(_prompt: str) -> str:
            raise EOFError

        monkeypatch.setattr("getpass.getpass", nobody_answers)
        monkeypatch.setenv("CLOUD_PASSWORD", "")
        words = ["--region", "r", "--domain", "d", "--username", "u", "--project", "p"]
        with pytest.raises(CommandError, match=r"^CLOUD_PASSWORD: "):
            call_command("connect_cloud", "p", *words, "--no-check")
