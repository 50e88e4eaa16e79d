"""Decisions, which are bound to the bytes of the body."""

from datetime import timedelta

import pytest

from clusters.domain.states import State
from clusters.models import Decision
from clusters.operations.core.errors import (
    BodyChanged,
    CommentMissing,
    MoveNotAllowed,
    NameHeld,
    NotAllowed,
)
from clusters.operations.requests import decide, retry
from clusters.operations.requests.cancel import cancel_request
from clusters.operations.requests.decide import approve_request, reject_request
from clusters.operations.requests.retry import retry_request
from tests.factories import NOON, approved, cluster_request, submitted, user

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(minutes=5)


def approve(row, *, by="bob", body_sha256=None):
    approve_request(
        row,
        approver=user(by),
        body_sha256=row.body_sha256 if body_sha256 is None else body_sha256,
        now=LATER,
    )
    row.refresh_from_db()


class TestApprove:
    def test_keeps_who_when_and_for_which_body(self):
        row = submitted()
        approve(row)
        decision = row.decisions.get()
        assert row.state == State.APPROVED
        assert (decision.by_name, decision.at) == ("bob", LATER)
        assert decision.body_sha256 == row.body_sha256

    @pytest.mark.parametrize("body_sha256", ["", "0" * 64, "ü"])
    def test_refuses_another_body(self, body_sha256):
        row = submitted()
        with pytest.raises(BodyChanged):
            approve(row, body_sha256=body_sha256)
        row.refresh_from_db()
        assert row.state == State.PENDING

    def test_refuses_ones_own_request(self):
        row = submitted(requester=user("bob"))
        with pytest.raises(NotAllowed):
            approve(row)

    def test_refuses_ones_own_request_to_a_superuser(self):
        root = user("root")
        root.is_superuser = True
        root.save()
        row = submitted(requester=root)
        with pytest.raises(NotAllowed):
            approve(row, by="root")

    @pytest.mark.parametrize("by", ["alice", "charlie", "dora", "olga"])
    def test_is_for_approvers_only(self, by):
        with pytest.raises(NotAllowed):
            approve(submitted(), by=by)

    def test_happens_once(self):
        row = submitted()
        approve(row)
        with pytest.raises(MoveNotAllowed):
            approve(row)
        assert Decision.objects.count() == 1

    @pytest.mark.parametrize(
        "state", [State.APPROVED, State.SENDING, State.UNCLEAR, State.CREATING]
    )
    def test_refuses_a_name_that_is_under_way(self, state):
        cluster_request("logs-search", state=state)
        row = submitted("logs-search")
        with pytest.raises(NameHeld):
            approve(row)
        row.refresh_from_db()
        assert row.state == State.PENDING
        assert not row.decisions.exists()

    def test_refuses_a_name_that_was_taken_meanwhile(self, monkeypatch):
        row = submitted("logs-search")
        approved("logs-search")
        # It was free when this approver asked; now only the database can tell.
        monkeypatch.setattr(decide, "require_free_name", lambda _row: None)
        with pytest.raises(NameHeld):
            approve(row)
        row.refresh_from_db()
        assert row.state == State.PENDING
        assert not row.decisions.exists()
        assert [event.kind for event in row.events.all()] == ["submit"]

    def test_sends_a_message_after_commit(self, django_capture_on_commit_callbacks):
        row = submitted()
        with django_capture_on_commit_callbacks() as callbacks:
            approve(row)
        assert len(callbacks) == 1


class TestReject:
    def test_keeps_the_comment(self):
        row = submitted()
        reject_request(row, approver=user("bob"), comment="Too large.", now=LATER)
        row.refresh_from_db()
        assert row.state == State.REJECTED
        assert row.decisions.get().comment == "Too large."

    @pytest.mark.parametrize("comment", ["", "  \n"])
    def test_needs_a_comment(self, comment):
        with pytest.raises(CommentMissing):
            reject_request(
                submitted(), approver=user("bob"), comment=comment, now=LATER
            )

    def test_loses_against_an_approval(self):
        row = submitted()
        approve(row)
        with pytest.raises(MoveNotAllowed):
            reject_request(row, approver=user("bob"), comment="No.", now=LATER)


class TestCancel:
    @pytest.mark.parametrize("by", ["alice", "olga"])
    @pytest.mark.parametrize("state", [State.PENDING, State.APPROVED])
    def test_is_for_the_requester_and_operators(self, by, state):
        row = cluster_request(state=state)
        cancel_request(row, by=user(by), now=LATER)
        row.refresh_from_db()
        assert row.state == State.CANCELLED

    @pytest.mark.parametrize("by", ["bob", "charlie", "dora"])
    def test_is_for_nobody_else(self, by):
        with pytest.raises(NotAllowed):
            cancel_request(cluster_request(), by=user(by), now=LATER)

    @pytest.mark.parametrize(
        "state",
        [State.SENDING, State.UNCLEAR, State.CREATING, State.ACTIVE, State.FAILED],
    )
    def test_comes_too_late_once_a_worker_has_it(self, state):
        row = cluster_request(state=state)
        with pytest.raises(MoveNotAllowed):
            cancel_request(row, by=user("alice"), now=LATER)


class TestRetry:
    def test_puts_a_failed_request_back(self):
        row = cluster_request(state=State.FAILED)
        retry_request(row, by=user("alice"), now=LATER)
        row.refresh_from_db()
        assert row.state == State.APPROVED
        assert row.error_code == ""

    def test_refuses_one_that_got_a_cluster(self):
        row = cluster_request(state=State.FAILED, cloud_id="c1")
        with pytest.raises(MoveNotAllowed):
            retry_request(row, by=user("alice"), now=LATER)

    def test_refuses_a_name_that_is_under_way(self):
        approved("logs-search")
        row = cluster_request("logs-search", state=State.FAILED)
        with pytest.raises(NameHeld):
            retry_request(row, by=user("alice"), now=LATER)

    def test_refuses_a_name_that_was_taken_meanwhile(self, monkeypatch):
        approved("logs-search")
        row = cluster_request("logs-search", state=State.FAILED)
        monkeypatch.setattr(retry, "require_free_name", lambda _row: None)
        with pytest.raises(NameHeld):
            retry_request(row, by=user("alice"), now=LATER)
        row.refresh_from_db()
        assert row.state == State.FAILED

    @pytest.mark.parametrize("state", [State.PENDING, State.UNCLEAR, State.ACTIVE])
    def test_is_for_failed_ones_only(self, state):
        row = (
            cluster_request(state=state, cloud_id="")
            if state != State.ACTIVE
            else cluster_request(state=state)
        )
        with pytest.raises(MoveNotAllowed):
            retry_request(row, by=user("alice"), now=LATER)
