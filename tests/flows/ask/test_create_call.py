"""Asking in a cloud project that creates by v2.0."""

import json

import pytest
from django.test import Client

from clusters.models import CloudProject, ClusterRequest
from clusters.models.cloud_project import ApiVersion
from tests.flows.ask.posting import URL, post, text

PLACED = {
    "backup_bucket": "css-backup",
    "backup_base_path": "logs",
    "backup_agency": "css_obs_agency",
}


@pytest.fixture
def v2_project(project: CloudProject) -> CloudProject:
    project.api_version = ApiVersion.V2
    project.save()
    return project


class TestCreateCall:
    def test_of_the_project_decides_on_the_body(
        self, client: Client, v2_project: CloudProject
    ) -> None:
        answer = post(client, **PLACED, description="Logs of the web shop")
        assert answer.status_code == 302
        cluster = json.loads(ClusterRequest.objects.get().body)["cluster"]
        assert cluster["desc"] == "Logs of the web shop"
        assert [each["type"] for each in cluster["roles"]] == ["ess"]

    def test_is_shown_before_submit_and_to_who_decides(
        self, client: Client, v2_project: CloudProject
    ) -> None:
        checked = text(post(client, **PLACED, check="1"))
        assert "&quot;roles&quot;" in checked
        detail = client.get(post(client, **PLACED).headers["Location"])
        assert "API version" in text(detail)
        assert "v2.0" in text(detail)

    def test_v2_refuses_snapshots_without_a_place(
        self, client: Client, v2_project: CloudProject
    ) -> None:
        answer = post(client)
        assert answer.status_code == 200
        assert not ClusterRequest.objects.exists()
        for field in PLACED:
            assert f'id="id_{field}_error"' in text(answer)

    def test_v1_warns_about_them_and_takes_them(
        self, client: Client, project: CloudProject
    ) -> None:
        assert "the cloud makes its own" in text(post(client, check="1"))
        assert post(client).status_code == 302

    @pytest.mark.parametrize(
        ("api", "is_kept_here"), [(ApiVersion.V1, True), (ApiVersion.V2, False)]
    )
    def test_decides_whether_the_description_is_sent(
        self, client: Client, project: CloudProject, api: ApiVersion, is_kept_here: bool
    ) -> None:
        project.api_version = api
        project.save()
        shown = text(client.get(URL))
        assert ("API v1.0 does not send it" in shown) is is_kept_here
