"""Ask for a cluster: the same form, sent more than once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from clusters.models import CatalogSnapshot, CloudProject, ClusterRequest
from clusters.views.form import request_new
from tests import factories
from tests.factories import NOON
from tests.flows.ask.posting import post, text
from tests.unit.ask.made import FLAVORS, catalog

KEY = str(uuid.UUID("11111111-2222-4333-8444-555555555555"))


def sell_out() -> None:
    """Let no zone sell any flavor from now on."""
    flavors = tuple(replace(each, zones=()) for each in FLAVORS[:-1])
    left = catalog(flavors=(*flavors, FLAVORS[-1]))
    later = NOON + timedelta(minutes=1)
    CatalogSnapshot.objects.update(data=left.to_json(), fetched_at=later)


class TestOneKey:
    def test_leads_to_the_first_request_though_it_is_sold_out_by_now(
        self, client: Client, project: CloudProject
    ) -> None:
        first = post(client, submission_key=KEY)
        sell_out()
        assert post(client).status_code == 200
        again = post(client, submission_key=KEY)
        assert (again.status_code, again["Location"]) == (302, first["Location"])
        assert ClusterRequest.objects.count() == 1

    def test_with_other_content_that_is_wrong_gets_words_at_its_fields(
        self, client: Client, project: CloudProject
    ) -> None:
        post(client, submission_key=KEY)
        page = post(client, submission_key=KEY, name="7-logs")
        assert page.status_code == 200
        assert 'id="id_name_error"' in text(page)
        assert ClusterRequest.objects.count() == 1

    def test_belongs_to_one_requester(
        self, client: Client, project: CloudProject
    ) -> None:
        post(client, submission_key=KEY)
        other = Client()
        other.force_login(factories.user("charlie"))
        assert post(other, submission_key=KEY).status_code == 302
        assert ClusterRequest.objects.count() == 2


class TestTogether:
    @pytest.mark.django_db(transaction=True)
    def test_makes_one_request_of_copies_that_found_nothing_before_them(
        self,
        transactional_db: None,
        client: Client,
        project: CloudProject,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(
            request_new, "submitted_before", lambda *_content, **_keys: None
        )

        def send(_copy: int) -> Any:
            try:
                return post(client, submission_key=KEY)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(send, range(4)))
        places = {answer.headers["Location"] for answer in answers}
        assert places == {f"/requests/{ClusterRequest.objects.get().id}/"}
