"""Ask for a cluster: check, follow, look elsewhere, ask again."""

import uuid
from typing import Any

import pytest
from django.test import Client

from clusters.models import CloudProject, ClusterRequest
from clusters.operations.core import dispatch
from tests import factories
from tests.flows.ask.posting import URL, post, text
from tests.unit.ask.made import posted


class TestCheck:
    def test_shows_what_will_be_sent_and_sends_nothing(
        self, client: Client, project: CloudProject
    ) -> None:
        page = text(post(client, check="1"))
        assert "Everything is valid." in page
        assert "&quot;flavorRef&quot;: &quot;ess.spec-4u16g&quot;" in page
        assert "300 GB" in page
        assert not ClusterRequest.objects.exists()

    def test_keeps_the_key_so_that_the_next_click_counts(
        self, client: Client, project: CloudProject
    ) -> None:
        key = str(uuid.uuid4())
        assert key in text(post(client, check="1", submission_key=key))

    def test_says_what_the_portal_takes_by_itself(
        self, client: Client, project: CloudProject
    ) -> None:
        page = text(post(client, check="1", datastore="", availability_zones=None))
        assert "newest, chosen automatically" in page
        assert "first one with this flavor, chosen automatically" in page

    def test_follows_typing_and_stores_nothing(
        self, client: Client, project: CloudProject
    ) -> None:
        answer = client.post(
            URL, dict(posted(instance_num="5").lists()), headers={"HX-Request": "true"}
        )
        assert "500 GB" in text(answer)
        assert not ClusterRequest.objects.exists()


class TestOtherOffers:
    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """The names of the messages that would go to the queue."""
        sent: list[str] = []
        monkeypatch.setattr(
            dispatch, "_publish", lambda task, _project_id: sent.append(task)
        )
        return sent

    def test_of_another_project_keep_what_is_typed(
        self, client: Client, project: CloudProject
    ) -> None:
        page = text(post(client, show="1", name="7-logs", instance_num="4"))
        assert 'value="7-logs"' in page
        assert 'value="4"' in page
        assert "aria-invalid" not in page
        assert not ClusterRequest.objects.exists()

    def test_of_a_project_that_nobody_knows_keep_what_is_typed(
        self, client: Client, project: CloudProject
    ) -> None:
        factories.cloud_project("another")
        page = text(
            post(client, show="1", cloud_project="another", name="7-logs", flavor="big")
        )
        assert 'value="7-logs"' in page
        assert 'value="big" checked' in page
        assert "every 3s" not in page

    def test_come_with_defaults_for_what_was_never_shown(
        self, client: Client, project: CloudProject
    ) -> None:
        page = text(client.post(URL, {"show": "1", "cloud_project": "demo"}))
        assert 'value="ess.spec-4u16g" checked' in page
        assert 'value="snapshot"' in page

    def test_are_read_again_on_demand_and_typing_stays(
        self,
        client: Client,
        project: CloudProject,
        asked: list[str],
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            page = text(post(client, refresh="1", name="7-logs"))
        assert asked == ["clusters.refresh_catalog"]
        assert "The options are being read again." in page
        assert 'value="7-logs"' in page

    def test_are_read_again_from_elsewhere(
        self,
        client: Client,
        project: CloudProject,
        asked: list[str],
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(f"{URL}refresh/", {"cloud_project": "demo"})
        assert asked == ["clusters.refresh_catalog"]
        assert answer.headers["Location"] == f"{URL}?cloud_project=demo"

    def test_are_not_asked_of_a_project_without_credentials(
        self,
        client: Client,
        asked: list[str],
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        factories.cloud_project("showcase", sealed_password="")
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"{URL}refresh/", {"cloud_project": "showcase"})
        assert asked == []


class TestAskAgain:
    def test_opens_the_form_with_the_old_values(
        self, client: Client, project: CloudProject
    ) -> None:
        post(client, name="old-logs", instance_num="4", reason="Once more.")
        old = ClusterRequest.objects.get()
        page = text(client.get(URL, {"from": str(old.id)}))
        assert 'value="old-logs"' in page
        assert 'value="4"' in page
        assert "Once more." in page
        assert str(old.submission_key) not in page

    def test_shows_nobody_what_they_may_not_see(
        self, client: Client, project: CloudProject
    ) -> None:
        hers = factories.submitted("hers", requester=factories.user("charlie"))
        for named in (str(hers.id), str(uuid.uuid4()), "garbled", "\x00"):
            assert client.get(URL, {"from": named}).status_code == 404

    def test_opens_with_the_old_values_though_nobody_knows_the_offers(
        self, client: Client
    ) -> None:
        old = factories.submitted("old-logs")
        page = text(client.get(URL, {"from": str(old.id)}))
        assert 'value="old-logs"' in page
        assert f'value="{old.flavor}" checked' in page
