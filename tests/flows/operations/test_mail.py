"""Who gets which mail, once, and what happens when it cannot be sent."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail as outbox
from django.db.models.functions import Now

from clusters.domain.states import State, Verb
from clusters.models import Cluster, ClusterRequest, Mail, Mailbox
from clusters.operations.core.transitions import advance
from clusters.operations.requests.cancel import cancel_request
from clusters.operations.requests.decide import approve_request, reject_request
from clusters.operations.upkeep.send_mail import (
    MAX_TRIES,
    enqueue_due_mails,
    send_mails,
)
from tests.factories import ENDPOINT, NOON, cluster_request, submitted, user

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(minutes=5)
URL = "https://portal.example.com"


def person(name, email="", **changes):
    somebody = user(name)
    somebody.email = email or f"{name}@example.com"
    for key, value in changes.items():
        setattr(somebody, key, value)
    somebody.save()
    return somebody


def mails_to():
    return sorted(Mail.objects.values_list("person__username", flat=True))


def send_all():
    """Let a worker write to everybody; returns how many news each mail told."""
    people = Mail.objects.values_list("person_id", flat=True).distinct()
    return [send_mails(person, public_url=URL, now=LATER) for person in people]


def let_the_window_pass():
    Mailbox.objects.update(rests_until=Now())


class TestWhoHears:
    def test_of_a_new_request_are_the_approvers(self):
        person("alice")
        person("bob")
        person("olga")
        submitted(requester=user("alice"))
        assert mails_to() == ["bob"]

    def test_of_ones_own_request_is_not_oneself(self):
        submitted(requester=person("bob"))
        assert mails_to() == []

    def test_is_nobody_without_an_address_and_nobody_who_left(self):
        user("bob")
        person("dora", is_active=False).groups.add(*user("bob").groups.all())
        submitted()
        assert mails_to() == []

    def test_of_the_end_is_the_requester(self):
        person("alice")
        row = submitted()
        reject_request(row, approver=user("bob"), comment="Too large.", now=LATER)
        assert mails_to() == ["alice"]

    def test_of_ones_own_doing_is_not_oneself(self):
        person("alice")
        cancel_request(submitted(), by=user("alice"), now=LATER)
        assert mails_to() == []

    def test_of_what_an_operator_cancelled_is_the_requester(self):
        person("alice")
        cancel_request(submitted(), by=user("olga"), now=LATER)
        assert mails_to() == ["alice"]

    def test_of_steps_in_between_is_nobody(self):
        person("alice")
        row = submitted()
        approve_request(
            row, approver=user("bob"), body_sha256=row.body_sha256, now=LATER
        )
        assert mails_to() == []


class TestSend:
    def test_tells_an_approver_what_waits_and_where(self):
        person("bob")
        row = submitted()
        assert send_all() == [1]
        (sent,) = outbox.outbox
        assert sent.to == ["bob@example.com"]
        assert "logs-search" in sent.subject
        assert "alice asks for the cluster logs-search in demo." in sent.body
        assert "3 nodes, ess.spec-4u16g" in sent.body
        assert (
            "The reason, in the words of alice:\n> Search for the web logs."
            in sent.body
        )
        assert f"{URL}/requests/{row.id}/" in sent.body

    def test_tells_the_requester_the_endpoint(self):
        person("alice")
        row = cluster_request(state=State.CREATING)
        Cluster.objects.update(endpoint=ENDPOINT, ready_at=LATER)
        advance(row.id, Verb.READY, now=LATER)
        assert send_all() == [1]
        assert ENDPOINT in outbox.outbox[0].body

    def test_tells_the_requester_the_words_of_the_cloud(self):
        person("alice")
        row = cluster_request(state=State.SENDING)
        columns = {"error_code": "CSS.1112", "error_message": "quota & <more>"}
        advance(row.id, Verb.REFUSE, now=LATER, **columns)
        send_all()
        body = outbox.outbox[0].body
        assert "The cluster quota of this project is used up." in body
        assert "CSS.1112 quota & <more>" in body

    def test_tells_the_requester_why_it_was_rejected(self):
        person("alice")
        reject_request(
            submitted(), approver=user("bob"), comment="Too large.", now=LATER
        )
        send_all()
        body = outbox.outbox[0].body
        assert "The comment, in the words of bob:\n> Too large.\n" in body

    def test_happens_once_when_delivered_twice(self):
        person("bob")
        submitted()
        assert send_all() == [1]
        assert send_all() == [0]
        assert len(outbox.outbox) == 1

    def test_is_dropped_when_the_request_has_moved_on(self):
        person("bob")
        row = submitted()
        cancel_request(row, by=user("alice"), now=LATER)
        assert send_all() == [0]
        assert outbox.outbox == []
        assert not Mail.objects.due().exists()

    def test_waits_for_the_commit_and_asks_once(
        self, django_capture_on_commit_callbacks
    ):
        person("bob")
        with django_capture_on_commit_callbacks() as callbacks:
            submitted()
        assert len(callbacks) == 1
        assert outbox.outbox == []


@pytest.fixture
def broken_server(monkeypatch):
    def refuse(self, messages):
        raise SMTPServerDisconnected("Connection unexpectedly closed")

    monkeypatch.setattr(
        "django.core.mail.backends.locmem.EmailBackend.send_messages", refuse
    )


def make_due():
    Mail.objects.exclude(due_at=None).update(due_at=Now())
    let_the_window_pass()


@pytest.mark.usefixtures("broken_server")
class TestServerAway:
    def test_keeps_the_mail_for_later_and_fails_nothing_else(self):
        person("bob")
        row = submitted()
        assert send_all() == [0]
        mail = Mail.objects.get()
        assert (mail.sent_at, mail.tries) == (None, 1)
        assert "Connection unexpectedly closed" in mail.error
        assert not Mail.objects.due().exists()
        assert ClusterRequest.objects.get(id=row.id).state == State.PENDING

    def test_gives_up_after_many_tries(self):
        person("bob")
        submitted()
        for _ in range(MAX_TRIES + 3):
            make_due()
            send_all()
        mail = Mail.objects.get()
        assert (mail.tries, mail.due_at) == (MAX_TRIES, None)


class TestAskDueMails:
    def test_asks_again_for_what_a_lost_message_left(
        self, django_capture_on_commit_callbacks
    ):
        person("bob")
        submitted()
        with django_capture_on_commit_callbacks() as callbacks:
            enqueue_due_mails()
        assert len(callbacks) == 1
        send_all()
        with django_capture_on_commit_callbacks() as callbacks:
            enqueue_due_mails()
        assert callbacks == []
