"""How many requests one person may have pending and moving."""

import uuid
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from clusters import wiring
from clusters.domain.states import State
from clusters.models import CloudProject, ClusterRequest
from clusters.operations.requests.submit import (
    SubmissionData,
    TooManyOpen,
    submit_request,
)
from tests import factories
from tests.factories import NOON
from tests.flows.ask.posting import post, text

WORDS = "requests that are not finished, and nobody may have more."
MOST = 3


@pytest.fixture(autouse=True)
def most(settings: Settings) -> None:
    settings.MAX_OPEN_REQUESTS = MOST


def have(count: int, **changes: Any) -> None:
    for number in range(count):
        factories.cluster_request(f"mine-{number}", **changes)


class TestOneTooMany:
    @pytest.mark.parametrize("state", [State.PENDING, State.APPROVED, State.CREATING])
    def test_is_said_on_top_of_the_form_and_what_was_typed_stays(
        self, client: Client, project: CloudProject, state: State
    ) -> None:
        have(MOST, state=state)
        key = str(uuid.uuid4())
        answer = post(client, submission_key=key, name="one-too-many", reason="Why not")
        page = text(answer)
        assert answer.status_code == 200
        assert f"You have {MOST} {WORDS}" in page
        assert 'id="problems"' in page
        assert 'value="one-too-many"' in page
        assert "Why not" in page
        assert f'value="{key}"' in page
        assert ClusterRequest.objects.count() == MOST

    @pytest.mark.parametrize("state", [State.ACTIVE, State.FAILED, State.REJECTED])
    def test_counts_nothing_that_has_ended(
        self, client: Client, project: CloudProject, state: State
    ) -> None:
        have(MOST, state=state)
        assert post(client).status_code == 302

    def test_counts_nothing_of_another_person(
        self, client: Client, project: CloudProject
    ) -> None:
        have(MOST, requester=factories.user("charlie"))
        assert post(client).status_code == 302

    def test_is_not_the_same_form_sent_again(
        self, client: Client, project: CloudProject
    ) -> None:
        have(MOST - 1)
        key = str(uuid.uuid4())
        first = post(client, submission_key=key)
        again = post(client, submission_key=key)
        assert (again.status_code, again["Location"]) == (302, first["Location"])
        assert WORDS in text(post(client))

    def test_is_not_what_came_at_the_same_moment_with_the_same_key(
        self, project: CloudProject
    ) -> None:
        """As where two copies of a form found nothing before them."""
        have(MOST - 1)
        asked = {
            "requester": factories.user("alice"),
            "cloud_project": project,
            "submission": SubmissionData(spec=factories.spec()),
            "encryptor": wiring.encryptor(),
            "submission_key": uuid.uuid4(),
            "now": NOON,
            "max_open": MOST,
        }
        first = submit_request(**asked)
        assert submit_request(**asked) == first
        with pytest.raises(TooManyOpen):
            submit_request(**asked | {"submission_key": uuid.uuid4()})
