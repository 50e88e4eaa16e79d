"""The Django admin: passwords go in and never out, history is read-only."""

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.test import Client

from clusters import wiring
from clusters.domain.states import State
from clusters.models import CloudProject, ClusterRequest
from clusters.operations.projects.credentials import secret_is_for
from tests import factories

pytestmark = pytest.mark.django_db

PASSWORD = "a-Passw0rd-of-the-cloud"
CONNECTION = {
    "name": "live",
    "region": "cn-north-4",
    "domain_name": "account",
    "username": "bot",
    "project_name": "cn-north-4",
    "project_id": "",
    "iam_url": "https://iam.test",
    "css_url": "https://css.test",
    "vpc_url": "https://vpc.test",
    "api_version": "v1",
}


@pytest.fixture(autouse=True)
def _keys(settings: pytest.FixtureRequest) -> None:
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]  # type: ignore[attr-defined]


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def add(root: Client, **changes: str) -> object:
    url = "/admin/clusters/cloudproject/add/"
    return root.post(url, {**CONNECTION, "password": PASSWORD, **changes})


def password_of(project: CloudProject) -> str:
    purpose = secret_is_for(project)
    return wiring.encryptor().decrypt_for(purpose, project.sealed_password)


def url_of(project: CloudProject) -> str:
    return f"/admin/clusters/cloudproject/{project.pk}/change/"


class TestCloudProjectAdmin:
    def test_seals_the_password(self, root: Client) -> None:
        add(root)
        project = CloudProject.objects.get(name="live")
        assert PASSWORD not in project.sealed_password
        assert password_of(project) == PASSWORD

    def test_never_shows_it_again(self, root: Client) -> None:
        add(root)
        project = CloudProject.objects.get(name="live")
        html = root.get(url_of(project)).content.decode()
        assert PASSWORD not in html
        assert project.sealed_password not in html

    def test_keeps_it_when_the_field_is_left_empty(self, root: Client) -> None:
        add(root)
        before = CloudProject.objects.get(name="live")
        root.post(url_of(before), {**CONNECTION, "region": "eu-de", "password": ""})
        after = CloudProject.objects.get(name="live")
        assert after.region == "eu-de"
        assert after.sealed_password == before.sealed_password

    def test_forgets_old_tokens_and_resumes_with_a_new_password(
        self, root: Client
    ) -> None:
        add(root)
        CloudProject.objects.update(
            paused_at=factories.NOON, paused_by="portal", paused_reason="HTTP 401"
        )
        before = CloudProject.objects.get(name="live")
        root.post(url_of(before), {**CONNECTION, "password": "another-one"})
        after = CloudProject.objects.get(name="live")
        assert password_of(after) == "another-one"
        assert after.credentials_version > before.credentials_version
        assert not after.is_paused

    def test_changes_nothing_when_nothing_was_changed(self, root: Client) -> None:
        add(root)
        CloudProject.objects.update(paused_at=factories.NOON, paused_by="person")
        before = CloudProject.objects.get(name="live")
        root.post(url_of(before), {**CONNECTION, "password": ""})
        after = CloudProject.objects.get(name="live")
        assert after.is_paused
        assert after.credentials_version == before.credentials_version

    @pytest.mark.parametrize("changes", [{"password": ""}, {"project_name": ""}])
    def test_asks_for_what_a_sign_in_needs(
        self, root: Client, changes: dict[str, str]
    ) -> None:
        add(root, **changes)
        assert not CloudProject.objects.exists()

    def test_keeps_the_name(self, root: Client) -> None:
        add(root)
        project = CloudProject.objects.get()
        root.post(url_of(project), {**CONNECTION, "name": "x", "region": "eu-de"})
        assert CloudProject.objects.get().name == "live"


class TestRequestsInTheAdmin:
    def test_show_what_waits_for_a_decision_and_lead_there(self, root: Client) -> None:
        waiting = factories.submitted("waits")
        factories.cluster_request("works", state=State.ACTIVE)
        html = root.get(
            "/admin/clusters/clusterrequest/?waits_for_decision=yes"
        ).content.decode()
        assert f'href="{waiting.get_absolute_url()}">Decide</a>' in html
        assert "works" not in html

    @pytest.mark.parametrize("value", ["no", "yes", "rubbish", ""])
    def test_take_any_filter(self, root: Client, value: str) -> None:
        factories.submitted()
        url = f"/admin/clusters/clusterrequest/?waits_for_decision={value}"
        assert root.get(url, follow=True).status_code == 200

    @pytest.mark.parametrize(
        "model", ["clusterrequest", "attempt", "event", "decision"]
    )
    def test_are_read_only_with_their_history(self, root: Client, model: str) -> None:
        row = factories.approved()
        assert root.get(f"/admin/clusters/{model}/").status_code == 200
        assert root.get(f"/admin/clusters/{model}/add/").status_code == 403
        if model == "clusterrequest":
            url = f"/admin/clusters/{model}/{row.pk}"
            assert root.get(f"{url}/change/").status_code == 200
            assert root.post(f"{url}/change/", {"state": "active"}).status_code == 403
            assert root.post(f"{url}/delete/", {"post": "yes"}).status_code == 403
            assert ClusterRequest.objects.get().state == State.APPROVED
