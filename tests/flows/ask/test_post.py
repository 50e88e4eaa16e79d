"""Ask for a cluster: what becomes of what is sent."""

import re
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from clusters.models import CloudProject, ClusterRequest
from clusters.models.cloud_project import ApiVersion
from tests import factories
from tests.flows.ask.posting import URL, post, text
from tests.unit.ask.made import FILLED, RIGHT, SECRETS

TYPED = {
    "name": "<7 logs>",
    "description": "d<b>" * 40,
    "reason": "r<i>" * 600,
    "instance_num": "minus",
    "volume_size": "50",
    "vpc_id": "gone-vpc",
    "flavor": "gone-flavor",
    "backup_prefix": "Snap",
}


class TestPost:
    def test_keeps_a_right_request_and_shows_it(
        self, client: Client, alice: User, project: CloudProject
    ) -> None:
        answer = post(client)
        row = ClusterRequest.objects.get()
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"/requests/{row.id}/"
        assert (row.requester, row.cloud_project, row.name, row.state) == (
            alice,
            project,
            "logs-search",
            "pending",
        )
        assert row.reason == RIGHT["reason"]
        assert row.labels["subnet"] == "subnet-search (10.0.0.0/24)"

    def test_makes_one_request_of_a_double_click(
        self, client: Client, project: CloudProject
    ) -> None:
        key = str(uuid.uuid4())
        first, second = (post(client, submission_key=key) for _click in range(2))
        assert first.headers["Location"] == second.headers["Location"]
        assert ClusterRequest.objects.count() == 1

    def test_asks_again_before_it_sends_other_values_with_one_key(
        self, client: Client, project: CloudProject
    ) -> None:
        key = str(uuid.uuid4())
        post(client, submission_key=key)
        page = post(client, submission_key=key, name="other-logs")
        assert page.status_code == 200
        assert "This form was sent before with other values" in text(page)
        assert key not in text(page)
        assert 'value="other-logs"' in text(page)
        assert ClusterRequest.objects.count() == 1

    @pytest.mark.parametrize("key", [None, "", "garbled", ["a", "b"], "\x00"])
    def test_takes_a_missing_or_garbled_key_as_fresh(
        self, client: Client, project: CloudProject, key: Any
    ) -> None:
        assert post(client, submission_key=key).status_code == 302
        assert post(client, submission_key=key).status_code == 302
        assert ClusterRequest.objects.count() == 2

    def test_keeps_everything_typed_when_something_is_wrong(
        self, client: Client, project: CloudProject
    ) -> None:
        answer = post(client, **TYPED)
        assert answer.status_code == 200
        page = text(answer)
        for value in TYPED.values():
            escaped = value.replace("<", "&lt;").replace(">", "&gt;")
            assert escaped in page
        assert not ClusterRequest.objects.exists()

    def test_names_every_wrong_field_where_it_stands(
        self, client: Client, project: CloudProject
    ) -> None:
        page = text(post(client, **TYPED, availability_zones=["x"], datastore="x:1"))
        for field in (*TYPED, "availability_zones", "datastore"):
            assert page.count(f'id="id_{field}_error"') == 1
            assert f'href="#id_{field}"' in page
            assert page.count(f'id="id_{field}"') == 1
            tags = re.findall(rf'<[a-z]+ [^>]*name="{field}"[^>]*>', page)
            assert tags
            assert all('aria-invalid="true"' in tag for tag in tags)

    @pytest.mark.parametrize("field", sorted({*RIGHT} - {*SECRETS}))
    @pytest.mark.parametrize(
        "value", ["\x00", "9" * 5000, "x" * 10**6, "\ufffd", ["a", "b", "c" * 151]]
    )
    def test_never_breaks_on_crafted_values(
        self, client: Client, project: CloudProject, field: str, value: Any
    ) -> None:
        CloudProject.objects.update(api_version=ApiVersion.V2)
        answer = post(client, **{**FILLED, field: value})
        assert answer.status_code == 200
        assert f'id="id_{field}_error"' in text(answer)
        assert not ClusterRequest.objects.exists()

    @pytest.mark.parametrize("field", sorted({*RIGHT, "submission_key"}))
    def test_writes_no_markup_that_somebody_sent(
        self, client: Client, project: CloudProject, field: str
    ) -> None:
        page = text(post(client, check="1", **{field: "'\"><i>x</i>"}))
        assert "<i>x" not in page

    def test_never_breaks_on_an_empty_form(
        self, client: Client, project: CloudProject
    ) -> None:
        answer = client.post(URL, {})
        assert answer.status_code == 200
        assert 'id="id_name_error"' in text(answer)

    def test_never_breaks_on_half_characters(
        self, client: Client, project: CloudProject
    ) -> None:
        body = (
            b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n+2AA-\r\n--b--'
        )
        kind = "multipart/form-data; boundary=b; charset=utf-7"
        answer = client.post(URL, body, content_type=kind)
        assert answer.status_code == 200
        assert 'id="id_name_error"' in text(answer)

    def test_refuses_a_project_that_is_not_connected(
        self, client: Client, project: CloudProject
    ) -> None:
        factories.cloud_project("showcase", sealed_password="")
        for name in ("showcase", "nowhere", None):
            page = text(post(client, cloud_project=name))
            assert 'id="id_cloud_project_error"' in page
        assert not ClusterRequest.objects.exists()
