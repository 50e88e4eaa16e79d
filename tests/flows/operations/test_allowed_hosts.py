"""Rows with an address that is not allowed: paused, and nothing is connected to."""

import socket
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from clusters import tasks
from clusters.cloud.errors import HostRefused
from clusters.cloud.hosts import AllowedHosts
from clusters.models import CloudProject
from clusters.operations.projects.credentials import ADDRESS_REFUSED
from clusters.wiring import encrypted_for
from tests.factories import cloud_project
from tests.unit.cloud.wire import ScriptedServer, reply

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_is_named(settings: Any) -> None:
    settings.ALLOWED_CLOUD_HOSTS = AllowedHosts()


@pytest.fixture
def listener() -> Any:
    with ScriptedServer(reply(201, {})) as wire:
        yield wire


def project_at(url: str) -> CloudProject:
    urls = {"iam_url": url, "css_url": url, "vpc_url": url}
    project = cloud_project(**urls)
    project.sealed_password = encrypted_for(project, "s3cret")
    project.save()
    return project


def works_on(project: CloudProject) -> None:
    """Whatever a worker does for a cloud project."""
    tasks.refresh_one_catalog(cloud_project_id=project.pk)
    tasks.poll_one(cloud_project_id=project.pk)
    tasks.provision(cloud_project_id=project.pk)
    project.refresh_from_db()


def test_the_sentence_is_one_that_translators_find() -> None:
    assert HostRefused.SENTENCE == ADDRESS_REFUSED


class TestSavedRow:
    def test_that_breaks_the_rule_is_paused(self, listener: ScriptedServer) -> None:
        project = project_at(listener.url)
        works_on(project)
        assert project.paused_by == "portal"
        assert project.paused_reason == HostRefused.SENTENCE
        assert listener.connections == 0
        parts = Client().get("/readyz?strict=1")
        assert (parts.status_code, parts.json()["cloud"]) == (503, "stopped")

    @pytest.mark.parametrize("which", ["iam_url", "css_url", "vpc_url"])
    def test_is_paused_for_any_of_its_addresses(self, which: str) -> None:
        project = project_at("https://cloud.test")
        CloudProject.objects.update(**{which: "https://169.254.169.254"})
        works_on(project)
        assert project.paused_reason == HostRefused.SENTENCE

    @pytest.mark.parametrize(
        "work", [tasks.refresh_one_catalog, tasks.poll_one], ids=["catalog", "look"]
    )
    def test_that_resolves_to_an_inner_address_is_paused(
        self, listener: ScriptedServer, monkeypatch: pytest.MonkeyPatch, work: Any
    ) -> None:
        port = int(listener.url.rpartition(":")[2])
        project = project_at(f"https://cloud.test:{port}")
        real = socket.getaddrinfo

        def resolve(host: str, *args: Any, **how: Any) -> Any:
            if host == "cloud.test":
                return [
                    (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
                ]
            return real(host, *args, **how)

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        work(cloud_project_id=project.pk)
        project.refresh_from_db()
        assert project.paused_reason == HostRefused.SENTENCE
        assert listener.connections == 0

    def test_is_told_of_by_check_cloud(self, listener: ScriptedServer) -> None:
        project_at(listener.url)
        out = StringIO()
        with pytest.raises(CommandError):
            call_command("check_cloud", stdout=out)
        assert HostRefused.SENTENCE in out.getvalue()
        assert listener.connections == 0
