"""Submitting a request."""

import json
import uuid
from datetime import timedelta

import pytest

from clusters import wiring
from clusters.cloud.huawei.body import sha256_of
from clusters.domain.states import State
from clusters.models import ClusterRequest
from clusters.operations.core.request_body import preview_body
from clusters.operations.requests.submit import (
    SubmissionData,
    SubmittedDifferently,
    submit_request,
)
from tests.factories import NOON, cloud_project, spec, submitted, user

pytestmark = pytest.mark.django_db

KEY = uuid.UUID("11111111-2222-4333-8444-555555555555")


def submit(*, requester=None, reason="", **changes) -> ClusterRequest:
    return submit_request(
        requester=requester or user("alice"),
        cloud_project=cloud_project(),
        submission=SubmissionData(spec=spec(**changes), reason=reason),
        submission_key=KEY,
        encryptor=wiring.encryptor(),
        now=NOON,
    )


class TestSubmit:
    def test_keeps_the_exact_bytes_and_their_hash(self):
        row = submitted()
        assert row.state == State.PENDING
        assert sha256_of(row.body.encode()) == row.body_sha256
        body = json.loads(row.body)["cluster"]
        assert body["tags"] == [{"key": "portal-request", "value": str(row.id)}]

    def test_writes_the_first_line_of_history(self):
        event = submitted().events.get()
        assert (event.seq, event.kind, event.actor_name) == (1, "submit", "alice")
        assert event.previous_hash == ""

    def test_makes_one_request_of_a_double_submit(self):
        assert submit().id == submit().id
        assert ClusterRequest.objects.count() == 1

    def test_refuses_other_content_under_the_same_key(self):
        submit()
        with pytest.raises(SubmittedDifferently):
            submit(instance_num=5)
        with pytest.raises(SubmittedDifferently):
            submit(reason="Another reason.")
        assert ClusterRequest.objects.count() == 1

    def test_lets_two_people_use_the_same_key(self):
        assert submit().id != submit(requester=user("charlie")).id

    def test_lets_two_pending_requests_share_a_name(self):
        submitted("logs-search")
        submitted("logs-search", now=NOON + timedelta(minutes=1))
        assert ClusterRequest.objects.count() == 2


class TestPreview:
    def test_shows_what_will_be_sent_but_the_tag(self):
        shown = json.loads(preview_body(spec(), cloud_project()))["cluster"]
        sent = json.loads(submitted().body)["cluster"]
        assert sent.pop("tags")
        assert shown == sent
