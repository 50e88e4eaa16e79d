"""Requests, decisions and attempts beside their events: what is well, and what is not."""

from datetime import timedelta
from typing import Any

import pytest

from clusters.cloud.huawei.body import sha256_of
from clusters.cloud.types import CreateApi
from clusters.domain.events import EventKind
from clusters.domain.states import Verb
from clusters.models import (
    Attempt,
    CloudProject,
    Cluster,
    ClusterRequest,
    Decision,
    DemoMarker,
    Event,
)
from clusters.operations.core.cluster_rows import take_up_cluster
from clusters.operations.core.history import record_event
from clusters.operations.core.request_body import body_of_request
from clusters.operations.core.transitions import advance
from clusters.operations.provisioning.void_decision import void_decision
from clusters.operations.requests.cancel import cancel_request
from clusters.operations.requests.decide import approve_request, reject_request
from clusters.operations.requests.hand_over import hand_over_request
from tests.factories import CLUSTER_ID, NOON, approved, submitted, user
from tests.flows.audit.verified import finding, verified
from tests.openings import change_history

pytestmark = pytest.mark.django_db

LEASE = NOON + timedelta(minutes=3)
LATER = NOON + timedelta(hours=1)


def claimed(row: ClusterRequest | None = None, *, claim: int = 1) -> ClusterRequest:
    """Return a request that a worker has claimed."""
    row = row or approved()
    data = {"claim": claim}
    columns: dict[str, Any] = {"claim": claim, "claimed_until": LEASE}
    advance(row.id, Verb.CLAIM, now=NOON, data=data, **columns)
    row.refresh_from_db()
    return row


def attempted(row: ClusterRequest, outcome: str, **columns: Any) -> Attempt:
    """Return the attempt of the present claim."""
    return Attempt.objects.create(
        request=row,
        number=row.attempts.count() + 1,
        claim=row.claim,
        body_sha256=row.body_sha256,
        place_sha256=row.place_sha256,
        sent_at=NOON,
        outcome=outcome,
        **columns,
    )


def move(row: ClusterRequest, verb: Verb, **data: Any) -> None:
    """Move a request, with these data of the event."""
    advance(row.id, verb, now=NOON, data=data)


def take_up(row: ClusterRequest, verb: Verb) -> None:
    """Let the request learn of its cluster."""
    data = {"cluster_id": CLUSTER_ID}
    take_up_cluster(row.id, verb, CLUSTER_ID, now=NOON, data=data)


class TestTheState:
    def test_of_a_repeated_claim_is_that_of_the_row(self):
        row = claimed()
        move(row, Verb.RELEASE, because="busy")
        claimed(row, claim=2)
        assert row.events.count() == 4
        assert "chain ok" in verified()

    def test_after_a_release_without_a_reason_is_that_of_the_event(self):
        row = claimed()
        move(row, Verb.RELEASE)
        ClusterRequest.objects.update(state="sending")
        assert "event 4 (release) left it “approved”" in finding()

    def test_is_that_of_the_last_event_that_moves_it(self):
        row = approved()
        record_event(row.id, EventKind.OPERATOR_NEEDED, now=NOON)
        assert "chain ok" in verified()

    def test_comes_from_an_event(self):
        row = approved()
        with change_history():
            row.events.all().delete()
        record_event(row.id, EventKind.OPERATOR_NEEDED, now=NOON)
        assert finding().endswith("none of its events gives it a state.")

    def test_is_no_matter_of_the_clock(self):
        row = submitted()
        cancel_request(row, by=user("alice"), now=NOON - timedelta(days=400))
        assert "chain ok" in verified()


class TestTheBody:
    def reverted(self) -> ClusterRequest:
        """Return a request whose approval is void, since the body has changed."""
        row = claimed(approved(backup=None))
        CloudProject.objects.update(api_version="v2")
        row.refresh_from_db()
        row = ClusterRequest.objects.get(id=row.id)
        body = body_of_request(row)
        found = {"body_sha256": sha256_of(body)}
        void_decision(
            row, (), found, now=LATER, body=body.decode(), body_sha256=sha256_of(body)
        )
        return ClusterRequest.objects.get(id=row.id)

    def test_may_become_another_one_by_a_void_decision(self):
        before = self.reverted()
        assert "chain ok" in verified()
        approve_request(
            before, approver=user("bob"), body_sha256=before.body_sha256, now=LATER
        )
        assert "chain ok" in verified()

    def test_is_that_of_either_version_of_the_api(self):
        submitted()
        CloudProject.objects.update(api_version=CreateApi.V2)
        assert "chain ok" in verified()

    def test_stays_where_a_decision_was_too_old(self):
        row = claimed()
        void_decision(row, (), {"because": "It was approved too long ago."}, now=LATER)
        assert "chain ok" in verified()

    def test_of_a_decision_that_is_void_is_not_approved(self):
        self.reverted()
        with change_history():
            Decision.objects.update(voided_at=None)
        assert "holds, and a later event made it void" in finding()
        with change_history():
            Decision.objects.update(voided_at=NOON)
        assert "is void since another time" in finding()

    def test_of_old_rows_may_be_without_a_spec(self):
        submitted()
        ClusterRequest.objects.update(spec={})
        assert "chain ok" in verified()


class TestTheRequester:
    def test_may_be_another_one_by_a_hand_over(self):
        row = submitted()
        user("charlie")
        hand_over_request(row, by=user("olga"), requester="charlie", now=NOON)
        assert "chain ok" in verified()
        ClusterRequest.objects.update(requester=user("alice"))
        assert "its row belongs to person" in finding()


class TestTheCluster:
    @pytest.mark.parametrize("verb", [Verb.ACCEPT, Verb.ADOPT])
    def test_is_that_of_the_event(self, verb):
        take_up(claimed(), verb)
        assert "chain ok" in verified()
        Cluster.objects.update(cloud_id="another")
        assert f"“another” by its row, and “{CLUSTER_ID}” by its events" in finding()

    def test_may_be_found_late(self):
        row = approved()
        cancel_request(row, by=user("alice"), now=NOON)
        take_up(row, Verb.FOUND)
        assert "chain ok" in verified()

    def test_comes_from_an_event(self):
        row = claimed()
        take_up(row, Verb.ACCEPT)
        other = approved("one-more")
        ClusterRequest.objects.filter(id=other.id).update(
            cluster=ClusterRequest.objects.get(id=row.id).cluster_id
        )
        assert f"is “{CLUSTER_ID}” by its row, and “” by its events" in finding()


class TestADecision:
    def test_may_be_a_rejection(self):
        row = submitted()
        reject_request(row, approver=user("bob"), comment="No.", now=NOON)
        assert "chain ok" in verified()
        with change_history():
            Decision.objects.update(verdict="approved")
        assert "the verdict of decision" in finding()

    def test_of_a_person_whose_name_was_erased_counts(self):
        approved()
        event = Event.objects.get(kind="approve")
        with change_history():
            Event.objects.filter(pk=event.pk).update(actor_name="", actor_salt="")
        with change_history():
            Decision.objects.update(by_name="")
        assert "chain ok" in verified()

    def test_of_an_older_version_has_a_place_that_no_event_names(self):
        row = approved()
        event = row.events.get(kind="approve")
        del event.data["place_sha256"]
        event.hash = event.expected_hash()
        with change_history():
            event.save()
        attempted(row, "")
        assert "chain ok" in verified()

    def test_of_a_demo_that_has_moved_has_another_place(self):
        row = approved()
        attempted(row, "")
        for rows in (ClusterRequest.objects, Decision.objects, Attempt.objects):
            with change_history():
                rows.update(place_sha256="0" * 64)
        assert "another place" in finding()
        DemoMarker.objects.create(
            cloud_project_id=row.cloud_project_id, showcase_id=row.cloud_project_id
        )
        assert "chain ok" in verified()


class TestAnAttempt:
    def test_is_answered_as_its_event_says(self):
        row = claimed()
        attempt = attempted(row, "unknown")
        move(row, Verb.LOSE, outcome="unknown")
        assert "chain ok" in verified()
        with change_history():
            Attempt.objects.filter(pk=attempt.pk).update(outcome="refused")
        assert finding().endswith(
            "attempt 1 is “refused”, and by event 4 (lose) “unknown”."
        )

    def test_that_was_refused_is_so(self):
        row = claimed()
        attempted(row, "refused")
        move(row, Verb.REFUSE, code="CSS.1112")
        assert "chain ok" in verified()
        with change_history():
            Attempt.objects.update(outcome="unknown")
        assert "“unknown”, and by event 4 (refuse) “refused”" in finding()

    def test_names_the_cluster_of_its_event(self):
        row = claimed()
        attempted(row, "accepted", cluster_id=CLUSTER_ID)
        take_up(row, Verb.ACCEPT)
        assert "chain ok" in verified()
        with change_history():
            Attempt.objects.update(cluster_id="another")
        assert (
            f"names cluster “another”, and event 4 (accept) “{CLUSTER_ID}”" in finding()
        )

    def test_is_not_behind_a_name_that_somebody_else_has(self):
        move(claimed(), Verb.REFUSE, code="portal.name_taken", holder="x")
        assert "chain ok" in verified()

    def test_without_an_answer_is_no_fault(self):
        row = claimed()
        attempted(row, "")
        move(row, Verb.LOSE)
        assert "chain ok" in verified()

    def test_may_be_forgotten_by_a_restored_database(self):
        take_up(claimed(), Verb.ACCEPT)
        assert "chain ok" in verified()

    def test_is_counted(self):
        row = claimed()
        attempted(row, "unknown")
        move(row, Verb.LOSE, outcome="unknown")
        move(row, Verb.RESEND, attempts=1)
        assert "chain ok" in verified()
        with change_history():
            Attempt.objects.all().delete()
        assert "event 5 (resend) counts 1 attempts, and 0 are there" in finding()

    def test_is_for_what_was_approved(self):
        row = submitted()
        attempted(row, "")
        assert "for another body than the approved one" in finding()
