"""A request is made where its cloud project's user can find it."""

import json

import pytest

from clusters.models import CloudProject, ClusterRequest
from clusters.operations.core.errors import NameHeld, NotSendable, PlaceChanged
from clusters.operations.core.request_body import preview_body
from clusters.operations.requests.decide import approve_request
from tests.factories import NOON, approved, cloud_project, spec, submitted, user
from tests.flows.decide.pages import as_person, url_of

pytestmark = pytest.mark.django_db

OURS = "8b1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"


class TestRequest:
    @pytest.mark.parametrize("api", ["v1", "v2"])
    @pytest.mark.parametrize("named", [OURS, "0"])
    def test_is_for_the_enterprise_project_of_its_cloud_project(
        self, named: str, api: str
    ) -> None:
        project = cloud_project(enterprise_project_id=named, api_version=api)
        row = submitted(project=project)
        assert json.loads(row.body)["cluster"]["enterprise_project_id"] == named
        assert row.spec["enterprise_project_id"] == named
        shown = json.loads(preview_body(spec(), project))["cluster"]
        assert shown["enterprise_project_id"] == named

    def test_of_a_whole_account_names_none(self) -> None:
        assert "enterprise_project_id" not in submitted().body

    def test_shows_it_to_who_decides(self) -> None:
        row = submitted(project=cloud_project(enterprise_project_id=OURS))
        page = as_person("bob").get(url_of(row)).content.decode()
        assert f"enterprise project {OURS}" in page
        assert "<dt>Enterprise project</dt>" in page

    def test_shows_the_default_one_by_its_name(self) -> None:
        row = submitted(project=cloud_project(enterprise_project_id="0"))
        page = as_person("bob").get(url_of(row)).content.decode()
        assert "demo-account, default enterprise project" in page


class TestRequestOfBefore:
    """It was asked before its cloud project was given an enterprise project."""

    @pytest.fixture
    def row(self) -> ClusterRequest:
        row = submitted()
        CloudProject.objects.update(enterprise_project_id=OURS)
        return ClusterRequest.objects.select_related("cloud_project").get(id=row.id)

    def approve(self, row: ClusterRequest) -> None:
        approve_request(
            row, approver=user("bob"), body_sha256=row.body_sha256, now=NOON
        )

    def test_is_not_approved_for_where_nobody_could_find_the_cluster(
        self, row: ClusterRequest
    ) -> None:
        with pytest.raises(NotSendable, match="Ask again instead"):
            self.approve(row)
        row.refresh_from_db()
        assert row.is_pending

    def test_is_not_approved_by_a_page_of_before_either(self) -> None:
        row = submitted()
        CloudProject.objects.update(enterprise_project_id=OURS)
        with pytest.raises(PlaceChanged):
            self.approve(row)

    def test_is_told_so_on_the_page(self, row: ClusterRequest) -> None:
        form = {
            "body_sha256": row.body_sha256,
            "place_sha256": row.cloud_project.place.fingerprint,
        }
        answer = as_person("bob").post(url_of(row, "approve"), form)
        assert answer.status_code == 409
        assert "was given an enterprise project" in answer.content.decode()

    def test_can_be_asked_again(self, row: ClusterRequest) -> None:
        again = submitted(project=row.cloud_project)
        self.approve(again)
        again.refresh_from_db()
        assert again.place_sha256 == row.cloud_project.place.fingerprint


class TestName:
    def test_is_held_in_all_enterprise_projects_of_one_project(self) -> None:
        """The cloud refuses equal names, and this user cannot see who has it."""
        approved("logs-search", project=cloud_project("one"))
        other = cloud_project("two", enterprise_project_id=OURS)
        row = submitted("logs-search", project=other)
        with pytest.raises(NameHeld):
            approve_request(
                row, approver=user("bob"), body_sha256=row.body_sha256, now=NOON
            )
