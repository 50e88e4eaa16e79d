"""Ask for a cluster: what the form shows before anybody sends it."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clusters.models import CatalogSnapshot, CloudProject, ClusterRequest
from tests import factories
from tests.factories import NOON
from tests.flows.ask.posting import URL, post, text


class TestForm:
    def test_opens_with_values_that_lack_only_a_name_and_a_network(
        self, client: Client, project: CloudProject
    ) -> None:
        page = text(client.get(URL))
        assert 'value="ess.spec-4u16g" checked' in page
        assert '<option value="GMT+05:45" selected>' in page
        assert re.search(r'name="submission_key" value="[0-9a-f-]{36}"', page)
        assert "aria-invalid" not in page

    def test_leads_a_stranger_to_the_login(self, project: CloudProject) -> None:
        answer = Client().get(URL)
        assert (answer.status_code, answer.headers["Location"]) == (
            302,
            f"/login/?next={URL}",
        )
        assert not ClusterRequest.objects.exists()

    def test_holds_what_a_stranger_typed(self, project: CloudProject) -> None:
        answer = post(Client(), reason="For the fair.")
        assert answer.status_code == 403
        assert 'name="reason" value="For the fair."' in text(answer)
        assert not ClusterRequest.objects.exists()

    def test_knows_no_other_method(self, client: Client, project: CloudProject) -> None:
        assert client.put(URL).status_code == 405
        assert client.get(f"{URL}refresh/").status_code == 405

    def test_shows_what_is_sold_out_and_offers_it_not(
        self, client: Client, project: CloudProject
    ) -> None:
        page = text(client.get(URL))
        assert re.search(r'value="ess.spec-32u64g" disabled', page)
        assert "No zone sells it now" in page

    @pytest.mark.parametrize("flavor", ["ess.spec-32u64g", "gone"])
    def test_keeps_a_flavor_that_is_not_sold_so_that_it_can_be_refused(
        self, client: Client, project: CloudProject, flavor: str
    ) -> None:
        page = text(post(client, flavor=flavor))
        assert re.search(rf'value="{flavor}" checked', page)
        assert not re.search(r"\bchecked disabled", page)

    def test_asks_the_database_a_fixed_number_of_questions(
        self,
        client: Client,
        project: CloudProject,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        # session, person, groups, projects, catalog; the first time also its lists
        with django_assert_num_queries(6):
            client.get(URL)
        with django_assert_num_queries(5):
            client.get(URL)

    def test_shows_the_named_project(
        self, client: Client, project: CloudProject
    ) -> None:
        factories.cloud_project("another")
        page = text(client.get(URL, {"cloud_project": "another"}))
        assert '<option value="another" selected>' in page
        assert client.get(URL, {"cloud_project": "nowhere"}).status_code == 404

    def test_says_that_a_paused_project_waits(
        self, client: Client, project: CloudProject
    ) -> None:
        CloudProject.objects.update(paused_at=NOON, paused_by="person")
        assert "demo is paused." in text(client.get(URL))
        assert post(client).status_code == 302

    def test_promises_no_offers_of_a_paused_project(
        self, client: Client, project: CloudProject
    ) -> None:
        CatalogSnapshot.objects.all().delete()
        CloudProject.objects.update(paused_at=NOON, paused_by="portal")
        page = text(client.get(URL))
        assert "read when an operator resumes it" in page
        assert "The portal is reading them" not in page
        assert "You can send a request" not in page

    def test_prefers_a_project_that_works(
        self, client: Client, project: CloudProject
    ) -> None:
        factories.cloud_project("aardvark", sealed_password="")
        page = text(client.get(URL))
        assert '<option value="demo" selected>' in page
        assert "not connected" in page

    def test_says_that_there_is_no_project(self, client: Client) -> None:
        page = text(client.get(URL))
        assert "No cloud project is connected yet" in page

    def test_shows_the_words_of_a_cloud_that_never_answered(
        self, client: Client
    ) -> None:
        bare = factories.cloud_project("demo")
        CatalogSnapshot.objects.create(
            cloud_project=bare, tried_at=NOON, error="APIGW.0301 HTTP 401: <no>"
        )
        page = text(client.get(URL))
        assert "APIGW.0301 HTTP 401: &lt;no&gt;" in page
        assert 'name="flavor"' not in page

    def test_keeps_what_is_typed_while_nobody_knows_the_offers(
        self, client: Client
    ) -> None:
        factories.cloud_project("demo")
        page = text(post(client, name="logs-search"))
        assert 'value="logs-search"' in page
        assert "The options of this cloud project are not known yet." in page
