"""Limits of a page: number of queries, whatever the number of rows, and bytes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clusters.domain.states import State
from clusters.models import ClusterRequest
from tests import factories
from tests.flows.decide.pages import as_person

pytestmark = pytest.mark.django_db

STATES = (State.PENDING, State.CREATING, State.ACTIVE, State.FAILED)
MOST_QUERIES = 8
MOST_BYTES = 30_000


def fill(count: int) -> ClusterRequest:
    """Return the last of so many requests in states that all show something."""
    for number in range(count):
        row = factories.cluster_request(
            f"logs-search-{number:04}", state=STATES[number % len(STATES)]
        )
    return row


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


class TestQueries:
    @pytest.mark.parametrize(
        "url", ["/requests/", "/approvals/", "/clusters/", "/requests/new/", "/"]
    )
    def test_are_few_and_do_not_grow_with_the_rows(self, url: str) -> None:
        client = as_person("bob")
        fill(4)
        client.get(url)
        few = queries_of(client, url)
        fill_more()
        many = queries_of(client, url)
        assert few == many
        assert many <= MOST_QUERIES

    @pytest.mark.parametrize("state", State)
    @pytest.mark.parametrize("name", ["alice", "bob", "dora", "olga"])
    def test_of_a_detail_page_are_few(self, state: State, name: str) -> None:
        row = factories.cluster_request(state=state)
        client = as_person(name)
        client.get("/livez")
        assert queries_of(client, row.get_absolute_url()) <= MOST_QUERIES


class TestBytes:
    @pytest.mark.parametrize("url", ["/requests/", "/approvals/", "/clusters/"])
    def test_of_a_full_page_are_few(self, url: str) -> None:
        for number in range(60):
            factories.cluster_request(
                f"logs-search-{number:04}",
                state=STATES[number % len(STATES)],
                now=factories.NOON + timedelta(seconds=number),
            )
        if url != "/requests/":
            state = State.PENDING if url == "/approvals/" else State.ACTIVE
            for number in range(50):
                factories.cluster_request(f"more-search-{number:04}", state=state)
        html = as_person("bob").get(url).content
        assert html.count(b"data-request-id") == 50
        assert len(html) <= MOST_BYTES


def fill_more() -> None:
    for number in range(60):
        factories.cluster_request(
            f"web-search-{number:04}", state=STATES[number % len(STATES)]
        )
