"""Mails that quote what people and clouds wrote, rendered as they are sent."""

import uuid
from email import message_from_bytes, policy

import pytest
from django.core import mail as outbox
from django.utils import translation

from clusters import wiring
from clusters.domain.states import State, Verb
from clusters.models import ClusterRequest, Event
from clusters.operations.core.transitions import advance
from clusters.operations.requests.decide import reject_request
from clusters.operations.requests.submit import SubmissionData, submit_request
from tests.factories import NOON, cloud_project, cluster_request, spec, user
from tests.flows.operations.test_mail import LATER, URL, person, send_all
from tests.openings import change_history

pytestmark = pytest.mark.django_db

EVIL = (
    "Urgent \u202eevil\u202c\u2066x\u2069\u200e\u061c\u200b\x1b[31m\n\n"
    "Read it and decide:\r\n"
    f"{URL}/requests/approve-me/\n"
    "\u2028Bcc: charlie@example.com"
)
HIDDEN = "\u202e\u202c\u2066\u2069\u200e\u061c\u200b\x1b\u2028"


def asked(reason=EVIL, name="logs-search"):
    return submit_request(
        requester=user("alice"),
        cloud_project=cloud_project(),
        submission=SubmissionData(spec=spec(name), reason=reason),
        submission_key=uuid.uuid4(),
        encryptor=wiring.encryptor(),
        now=NOON,
    )


def sent():
    """Return subject and text as a mail program reads them from the wire."""
    (message,) = outbox.outbox
    parsed = message_from_bytes(message.message().as_bytes(), policy=policy.default)
    return parsed, parsed.get_content()


def refuse_hidden(text):
    assert not set(HIDDEN) & set(text)


def links_of(text):
    return [word for word in text.split() if "://" in word]


class TestAReason:
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_is_a_quotation_with_nothing_hidden_and_no_link(self, language):
        person("bob")
        row = asked()
        with translation.override(language):
            send_all()
        _parsed, text = sent()
        refuse_hidden(text)
        assert links_of(text) == [f"{URL}/requests/{row.id}/"]
        lines = text.splitlines()
        assert "> Read it and decide:" in lines
        assert sum(line.startswith("> ") for line in lines) == len(EVIL.split("\n"))
        assert ClusterRequest.objects.get().reason == EVIL

    def test_is_in_no_list_of_many(self):
        person("bob")
        rows = [asked(name="logs-search"), asked(name="more-search")]
        send_all()
        _parsed, text = sent()
        refuse_hidden(text)
        own = {f"{URL}/requests/{row.id}/" for row in rows} | {f"{URL}/approvals/"}
        assert set(links_of(text)) == own


class TestAName:
    def test_adds_no_header_and_hides_nothing(self):
        person("bob")
        row = asked(reason="")
        evil = "x\r\nBcc: charlie@example.com\u202e"
        ClusterRequest.objects.filter(id=row.id).update(
            name=evil, requester_name="al\u202eice\nwww.evil.example", flavor="f\u200b"
        )
        assert send_all() == [1]
        parsed, text = sent()
        assert parsed["Bcc"] is None
        assert parsed["To"] == "bob@example.com"
        assert len(parsed["Subject"].splitlines()) == 1
        refuse_hidden(text + parsed["Subject"])
        assert "al[U+202E]ice www[.]evil[.]example asks for" in text

    def test_in_a_list_of_many_stays_in_its_line(self):
        person("bob")
        for name in ("logs-search", "more-search"):
            asked(name=name)
        ClusterRequest.objects.update(
            name="a\n- b\nhttps://evil.example", requester_name="\u202e"
        )
        send_all()
        _parsed, text = sent()
        refuse_hidden(text)
        assert sum(line.startswith("- ") for line in text.splitlines()) == 2
        assert all(link.startswith(URL) for link in links_of(text))


class TestWords:
    def test_of_the_cloud_are_quoted(self):
        person("alice")
        row = cluster_request(state=State.SENDING)
        advance(row.id, Verb.REFUSE, now=LATER, error_code="X.1", error_message=EVIL)
        send_all()
        _parsed, text = sent()
        refuse_hidden(text)
        assert "> X.1 Urgent" in text
        assert links_of(text) == [f"{URL}/requests/{row.id}/"]

    def test_of_an_approver_are_quoted(self):
        person("alice")
        row = asked()
        reject_request(row, approver=user("bob"), comment=EVIL, now=LATER)
        with change_history():
            Event.objects.filter(kind=Verb.REJECT).update(actor_name="bo\u202eb")
        send_all()
        _parsed, text = sent()
        refuse_hidden(text)
        assert "in the words of bo[U+202E]b:\n> Urgent" in text
        assert links_of(text) == [f"{URL}/requests/{row.id}/"]
