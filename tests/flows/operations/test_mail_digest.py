"""Many news to one person become few mails, and none is lost."""

import pytest
from django.core import mail as outbox
from django.db.models.functions import Now
from django.utils import timezone, translation

from clusters.domain.engine_settings import LONGEST_WAIT
from clusters.domain.states import State, Verb
from clusters.models import Mail, Mailbox
from clusters.operations.core import dispatch
from clusters.operations.core.transitions import advance
from clusters.operations.requests.decide import reject_request
from clusters.operations.upkeep.compose_mail import LISTED
from clusters.operations.upkeep.send_mail import (
    IN_ONE,
    WINDOW,
    enqueue_due_mails,
    send_mails,
)
from tests.factories import cluster_request, submitted, user
from tests.flows.operations.test_mail import (
    LATER,
    URL,
    let_the_window_pass,
    person,
    send_all,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monkeypatch):
    """The people for whom a worker was asked to write."""
    sent: list[int] = []
    monkeypatch.setattr(
        dispatch,
        "_after_commit",
        lambda task, **ids: (
            sent.append(ids["person_id"]) if task == "clusters.send_mails" else None
        ),
    )
    return sent


class TestManyNews:
    def test_are_one_mail_at_once_and_one_when_the_window_is_over(self, asked):
        bob = person("bob")
        for number in range(30):
            submitted(f"logs-{number}")
            send_all()
        assert len(outbox.outbox) == 1
        assert "logs-0" in outbox.outbox[0].subject
        assert asked == [bob.pk]
        let_the_window_pass()
        enqueue_due_mails()
        assert asked == [bob.pk, bob.pk]
        assert send_all() == [29]
        (_first, rest) = outbox.outbox
        assert rest.subject == "29 requests wait for a decision"
        assert rest.to == ["bob@example.com"]
        assert not Mail.objects.due().exists()
        assert Mail.objects.exclude(sent_at=None).count() == 30

    def test_of_one_do_not_hold_up_those_of_another(self, asked):
        person("bob")
        submitted()
        assert send_all() == [1]
        alice = person("alice")
        reject_request(
            submitted("other-search"), approver=user("bob"), comment="No", now=LATER
        )
        assert asked[-1] == alice.pk
        assert sorted(send_all()) == [0, 1]

    def test_name_some_and_lead_to_all(self):
        person("bob")
        rows = [submitted(f"logs-{number}") for number in range(LISTED + 5)]
        assert send_all() == [len(rows)]
        body = outbox.outbox[0].body
        assert body.count("requested by alice") == LISTED
        assert f"{URL}/requests/{rows[0].id}/" in body
        assert "And 5 more. All of them:" in body
        assert f"{URL}/approvals/" in body

    def test_tell_what_waits_and_what_has_ended_apart(self):
        bob = person("bob")
        submitted("asked-search")
        broken = cluster_request("mine-search", requester=bob, state=State.SENDING)
        advance(broken.id, Verb.REFUSE, now=LATER, error_code="CSS.1112")
        assert send_all() == [2]
        (sent,) = outbox.outbox
        assert sent.subject == "News about 2 requests"
        assert "asked-search in demo, requested by alice" in sent.body
        assert "mine-search in demo is now: Failed" in sent.body
        assert "The cluster quota of this project is used up." in sent.body
        assert f"{URL}/requests/\n" in sent.body

    def test_of_one_request_are_told_once(self):
        person("alice")
        row = cluster_request(state=State.SENDING)
        advance(row.id, Verb.REFUSE, now=LATER)
        advance(row.id, Verb.RETRY, now=LATER)
        advance(row.id, Verb.CLAIM, now=LATER, claimed_until=LATER)
        advance(row.id, Verb.REFUSE, now=LATER)
        assert send_all() == [1]
        assert not Mail.objects.due().exists()

    def test_that_are_no_news_any_more_begin_no_window(self):
        bob = person("bob")
        row = submitted()
        reject_request(row, approver=user("bob"), comment="No", now=LATER)
        assert send_all() == [0]
        assert Mailbox.objects.get(person=bob).rests_until is None
        submitted("other-search")
        assert send_all() == [1]

    def test_beyond_what_one_mail_tells_stay_for_the_next(self, monkeypatch):
        monkeypatch.setattr("clusters.operations.upkeep.send_mail.IN_ONE", 3)
        assert IN_ONE > 3
        person("bob")
        for number in range(5):
            submitted(f"logs-{number}")
        assert send_all() == [3]
        let_the_window_pass()
        assert send_all() == [2]

    def test_are_told_in_the_language_of_the_portal(self):
        person("bob")
        for number in range(2):
            submitted(f"logs-{number}")
        with translation.override("zh-hans"):
            assert send_all() == [2]
        assert "logs-1" in outbox.outbox[0].body


class TestAWorkerThatDies:
    class Killed(BaseException):
        """What a kill looks like from inside."""

    def test_before_the_server_said_yes_loses_nothing(self, monkeypatch):
        bob = person("bob")
        for number in range(3):
            submitted(f"logs-{number}")

        def die(*_):
            raise self.Killed

        with monkeypatch.context() as broken:
            broken.setattr(
                "django.core.mail.backends.locmem.EmailBackend.send_messages", die
            )
            with pytest.raises(self.Killed):
                send_mails(bob.pk, public_url=URL, now=LATER)
        assert send_all() == [0]  # its lease lasts
        let_the_window_pass()
        assert send_all() == [3]

    def test_before_its_commit_tells_once_more(self, monkeypatch):
        bob = person("bob")
        submitted()

        def die(*_, **__):
            raise self.Killed

        with monkeypatch.context() as broken:
            broken.setattr("clusters.operations.upkeep.send_mail._mark_sent", die)
            with pytest.raises(self.Killed):
                send_mails(bob.pk, public_url=URL, now=LATER)
        let_the_window_pass()
        assert send_all() == [1]
        assert len(outbox.outbox) == 2


class TestMailbox:
    def test_is_owned_by_one_worker_for_the_whole_window(self):
        bob = person("bob")
        submitted()
        assert send_mails(bob.pk, public_url=URL, now=LATER) == 1
        left = Mailbox.objects.get(person=bob).rests_until - timezone.now()
        assert WINDOW / 2 < left <= WINDOW

    def test_that_a_wrong_clock_closed_for_a_day_is_open(self):
        bob = person("bob")
        submitted()
        Mailbox.objects.create(person=bob, rests_until=Now() + 3 * LONGEST_WAIT)
        assert not Mailbox.objects.resting().exists()
        assert send_all() == [1]

    def test_of_a_server_that_is_away_is_not_tried_for_each_new_request(
        self, monkeypatch
    ):
        tried = []

        def refuse(_backend, messages):
            tried.append(messages)
            raise OSError("Connection refused")

        monkeypatch.setattr(
            "django.core.mail.backends.locmem.EmailBackend.send_messages", refuse
        )
        person("bob")
        for number in range(10):
            submitted(f"logs-{number}")
            send_all()
        assert len(tried) == 1
