"""The administrator's password: when it is made, when it is erased, and who may see it."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clusters import wiring
from clusters.cloud.types import Outcome, SecurityMode
from clusters.credentials.encryption import Encryptor
from clusters.domain.events import EventKind
from clusters.domain.states import State, Verb
from clusters.models import AdminPassword, Attempt, ClusterRequest
from clusters.models.admin_password import PasswordSource
from clusters.operations.core.admin_passwords import PasswordGone, open_password
from clusters.operations.core.errors import HandedOver, MoveNotAllowed, NotSendable
from clusters.operations.core.transitions import advance
from clusters.operations.requests.cancel import cancel_request
from clusters.operations.requests.decide import reject_request
from clusters.operations.requests.hand_over import hand_over_request
from clusters.operations.requests.retry import retry_request
from clusters.operations.requests.show_password import show_password
from clusters.operations.requests.submit import (
    SubmissionData,
    SubmittedDifferently,
    submit_request,
    submitted_before,
)
from clusters.operations.upkeep.erase_passwords import erase_due_passwords
from clusters.rules import security
from tests import factories
from tests.factories import NOON, cloud_project, cluster_request, spec, user

pytestmark = pytest.mark.django_db

SECURE = SecurityMode(https=True)
OWN = "Correct7Horse!"
KEY = uuid.UUID("11111111-2222-4333-8444-555555555555")


def submit(own: str | None = None, **changes: Any) -> ClusterRequest:
    return submit_request(
        requester=user("alice"),
        cloud_project=cloud_project(),
        submission=submission(own, **changes),
        submission_key=KEY,
        encryptor=wiring.encryptor(),
        now=NOON,
    )


def submission(own: str | None = None, **changes: Any) -> SubmissionData:
    return SubmissionData(spec=spec(security=SECURE, **changes), own_password=own)


def in_state(
    state: State, *, own: str | None = None, moved_at: datetime = NOON, **columns: Any
) -> ClusterRequest:
    """Return a request with a kept password in this state."""
    return cluster_request(
        state=state, security=SECURE, own_password=own, moved_at=moved_at, **columns
    )


def attempted(
    row: ClusterRequest, sent_at: datetime, outcome: str = Outcome.UNKNOWN
) -> None:
    Attempt.objects.create(
        request=row,
        number=row.attempts.count() + 1,
        claim=row.attempts.count() + 1,
        body_sha256=row.body_sha256,
        sent_at=sent_at,
        outcome=outcome,
    )


def is_kept(row: ClusterRequest) -> bool:
    found = AdminPassword.objects.get(pk=row.pk)
    erased = row.events.filter(kind=EventKind.PASSWORD_ERASED).count()
    assert bool(found.sealed) == (found.erased_at is None) == (erased == 0)
    assert erased <= 1
    return bool(found.sealed)


def opened(row: ClusterRequest) -> str:
    return open_password(row.id, encryptor=wiring.encryptor())


def show(row: ClusterRequest, name: str = "alice") -> str:
    return show_password(row, by=user(name), encryptor=wiring.encryptor(), now=NOON)


class TestSubmit:
    def test_makes_one_by_the_rules(self):
        password = opened(submit())
        assert len(password) == 24
        assert [*security.password(password, names=["alice", "logs-search"])] == []

    def test_keeps_the_own_one(self):
        row = submit(OWN)
        assert opened(row) == OWN
        assert AdminPassword.objects.get().source == PasswordSource.OWN
        assert OWN not in str(AdminPassword.objects.values().get())

    def test_makes_none_without_a_security_mode(self):
        factories.submitted()
        assert not AdminPassword.objects.exists()

    def test_ignores_a_typed_one_without_a_security_mode(self):
        submit_request(
            requester=user("alice"),
            cloud_project=cloud_project(),
            submission=SubmissionData(spec=spec(), own_password=OWN),
            submission_key=KEY,
            encryptor=wiring.encryptor(),
            now=NOON,
        )
        assert not AdminPassword.objects.exists()

    def test_makes_one_of_a_double_submit(self):
        first = submit()
        password = opened(first)
        assert submit() == first
        assert opened(first) == password
        assert AdminPassword.objects.count() == 1

    def test_knows_the_same_form_by_its_own_password(self):
        first = submit(OWN)
        assert submit(OWN) == first
        with pytest.raises(SubmittedDifferently):
            submit("Another7Horse!")
        with pytest.raises(SubmittedDifferently):
            submit()
        found = submitted_before(
            user("alice"),
            cloud_project(),
            submission("Another7Horse!"),
            KEY,
            encryptor=wiring.encryptor(),
        )
        assert found is None
        assert opened(first) == OWN

    def test_keeps_nothing_that_is_derived_from_it(self):
        digests = set()
        for own in (OWN, "Another7Horse!"):
            row = submit(own)
            digests.add(row.submission_sha256)
            ClusterRequest.objects.filter(pk=row.pk).update(submission_key=uuid.uuid4())
        assert len(digests) == 1

    def test_leads_to_the_first_request_once_the_password_is_erased(self):
        first = submit(OWN)
        AdminPassword.objects.update(sealed="", erased_at=NOON)
        assert submit("Another7Horse!") == first

    def test_does_not_repeat_it_in_its_repr(self):
        assert OWN not in repr(submission(OWN))


class TestOpening:
    def test_takes_the_key_and_the_request(self):
        row = submit()
        with pytest.raises(PasswordGone):
            open_password(row.id, encryptor=Encryptor([Encryptor.new_key()]))
        with pytest.raises(PasswordGone):
            open_password(uuid.uuid4(), encryptor=wiring.encryptor())


class TestRow:
    @pytest.mark.parametrize(
        "columns",
        [
            {"sealed": ""},
            {"erased_at": NOON},
            {"shown_at": NOON},
            {"shown_at": NOON, "erased_at": NOON, "sealed": "", "source": "own"},
        ],
        ids=str,
    )
    def test_is_kept_or_erased(self, columns):
        submit()
        with pytest.raises(IntegrityError), transaction.atomic():
            AdminPassword.objects.update(**columns)


MOVES: dict[str, Callable[[ClusterRequest], None]] = {
    "rejected": lambda row: reject_request(
        row, approver=user("bob"), comment="No.", now=NOON
    ),
    "cancelled": lambda row: cancel_request(row, by=row.requester, now=NOON),
    "expired": lambda row: advance(row.id, Verb.EXPIRE, now=NOON),
}


class TestTransitionThatEndsIt:
    @pytest.mark.parametrize("own", [None, OWN])
    @pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
    def test_erases_it(self, move, own):
        row = submit(own)
        move(row)
        assert not is_kept(row)

    def test_to_active_erases_an_own_one_only(self):
        for own in (OWN, None):
            name = f"search-{own is None}"
            row = in_state(State.CREATING, own=own, name=name)
            advance(row.id, Verb.READY, now=NOON)
            assert is_kept(row) == (own is None)

    def test_to_cancelled_keeps_it_for_a_cluster_that_may_show_up(self):
        row = in_state(State.APPROVED)
        attempted(row, NOON)
        cancel_request(row, by=row.requester, now=NOON)
        assert is_kept(row)
        erase_due_passwords(now=NOON + timedelta(hours=23, minutes=59))
        assert is_kept(row)
        erase_due_passwords(now=NOON + timedelta(hours=24))
        assert not is_kept(row)

    def test_that_fails_erases_nothing(self):
        row = submit()
        with pytest.raises(MoveNotAllowed):
            advance(row.id, Verb.READY, now=NOON)
        assert is_kept(row)


class TestSweep:
    def test_erases_a_generated_one_seven_days_after_active(self):
        row = in_state(State.ACTIVE)
        erase_due_passwords(now=NOON + timedelta(days=6, hours=23))
        assert is_kept(row)
        erase_due_passwords(now=NOON + timedelta(days=7))
        assert not is_kept(row)
        erase_due_passwords(now=NOON + timedelta(days=8))
        assert not is_kept(row)

    @pytest.mark.parametrize("state", [State.REJECTED, State.EXPIRED, State.ACTIVE])
    def test_erases_what_a_transition_past_the_portal_has_left(self, state):
        row = in_state(state, own=OWN)
        erase_due_passwords(now=NOON)
        assert not is_kept(row)

    @pytest.mark.parametrize(
        "state",
        [State.PENDING, State.APPROVED, State.SENDING, State.UNCLEAR, State.CREATING],
    )
    def test_keeps_what_may_be_sent_again(self, state):
        row = in_state(state, moved_at=NOON - timedelta(days=365))
        attempted(row, NOON - timedelta(days=365))
        erase_due_passwords(now=NOON)
        assert is_kept(row)

    def test_ends_with_the_late_watch_of_a_failed_one(self):
        row = in_state(State.FAILED)
        attempted(row, NOON - timedelta(hours=30))
        attempted(row, NOON)
        erase_due_passwords(now=NOON + timedelta(hours=23, minutes=59))
        assert is_kept(row)
        erase_due_passwords(now=NOON + timedelta(hours=24))
        assert not is_kept(row)

    def test_gives_a_day_to_try_a_refused_one_again(self):
        row = in_state(State.FAILED)
        attempted(row, NOON - timedelta(days=3), Outcome.REFUSED)
        erase_due_passwords(now=NOON + timedelta(hours=23))
        assert is_kept(row)
        erase_due_passwords(now=NOON + timedelta(hours=24))
        assert not is_kept(row)


class TestRetry:
    def test_sends_the_same_password_again(self):
        row = in_state(State.FAILED)
        before = opened(row)
        retry_request(row, by=row.requester, now=NOON)
        assert opened(row) == before

    def test_is_refused_once_it_is_erased(self):
        row = in_state(State.FAILED)
        erase_due_passwords(now=NOON + timedelta(days=2))
        with pytest.raises(NotSendable, match="Ask again"):
            retry_request(row, by=row.requester, now=NOON)
        row.refresh_from_db()
        assert row.state == State.FAILED
        assert not row.events.filter(kind=EventKind.RETRY).exists()


class TestShowing:
    def test_happens_once(self):
        row = in_state(State.ACTIVE)
        password = opened(row)
        assert show(row) == password
        assert not is_kept(row)
        with pytest.raises(PasswordGone):
            show(row)
        shown = row.events.get(kind=EventKind.PASSWORD_SHOWN)
        assert (shown.actor_name, shown.data) == ("alice", {})

    def test_never_happens_with_an_own_one(self):
        row = in_state(State.ACTIVE, own=OWN)
        with pytest.raises(PasswordGone):
            show(row)
        assert AdminPassword.objects.get(pk=row.pk).shown_at is None

    @pytest.mark.parametrize("name", ["bob", "olga", "dora", "charlie"])
    def test_is_for_nobody_else(self, name):
        row = in_state(State.ACTIVE)
        with pytest.raises(HandedOver):
            show(row, name)
        assert is_kept(row)

    @pytest.mark.parametrize("state", [State.APPROVED, State.CREATING, State.FAILED])
    def test_waits_for_the_cluster(self, state):
        row = in_state(state)
        with pytest.raises(MoveNotAllowed):
            show(row)
        assert is_kept(row)


class TestHandOver:
    def hand(self, row: ClusterRequest, name: str) -> None:
        user(name)
        hand_over_request(row, by=user("olga"), requester=name, now=NOON)

    def test_has_no_heir_once_it_was_sent(self):
        row = in_state(State.ACTIVE)
        password = opened(row)
        attempted(row, NOON, Outcome.ACCEPTED)
        self.hand(row, "charlie")
        for name, error in (("charlie", PasswordGone), ("alice", HandedOver)):
            with pytest.raises(error):
                show(row, name)
        assert is_kept(row)
        self.hand(row, "alice")
        assert show(row) == password

    def test_before_it_is_sent_makes_the_new_requester_its_reader(self):
        row = in_state(State.PENDING)
        self.hand(row, "charlie")
        password = opened(row)
        cluster = factories.cluster(
            row, cloud_id="c1", ready_at=NOON, endpoint=factories.ENDPOINT
        )
        ClusterRequest.objects.filter(pk=row.pk).update(
            state=State.ACTIVE, cluster=cluster
        )
        assert show(row, "charlie") == password
