"""Mails of a real worker to a real mail server."""

import subprocess
import sys
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler

from tests.services.stack import ROOT, Stack, free_port, wait_for

pytestmark = pytest.mark.services


LET_THE_WINDOW_PASS = (
    "from clusters.models import Mailbox; Mailbox.objects.update(rests_until=None)"
)


class Inbox(MessageHandler):
    """What came in."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.mails.append(message)

    def saved(self, folder: Path) -> list[Path]:
        """Return a file for each mail, as a mail program saves it."""
        files = []
        for number, mail in enumerate(self.mails):
            files.append(folder / f"{number}.eml")
            files[-1].write_bytes(mail.as_bytes())
        return files

    def texts_to(self, name: str) -> list[str]:
        """Return the texts that this person got."""
        return [
            mail.get_payload(decode=True).decode()
            for mail in self.mails
            if mail["To"] == f"{name}@example.com"
        ]


@pytest.fixture
def mail_port() -> int:
    return free_port()


@pytest.fixture
def inbox(mail_port: int) -> Iterator[Inbox]:
    """A mail server."""
    handler = Inbox()
    server = Controller(handler, hostname="127.0.0.1", port=mail_port)
    server.start()
    yield handler
    server.stop()


@pytest.fixture
def environment(mail_port: int) -> dict[str, str]:
    return {"EMAIL_URL": f"smtp://127.0.0.1:{mail_port}"}


@pytest.mark.parametrize("stack", ["files-sqlite"], indirect=True)
class TestMails:
    def test_reach_the_approver_and_then_the_requester_once(
        self, stack: Stack, inbox: Inbox
    ):
        alice, bob = stack.person("alice"), stack.person("bob")
        path = alice.ask("logs-search")
        wait_for(lambda: inbox.texts_to("bob"))
        assert f"{stack.url}{path}" in inbox.texts_to("bob")[0]
        bob.approve(path)
        alice.waits_for(path, "active")
        wait_for(lambda: inbox.texts_to("alice"))
        assert ":9200" in inbox.texts_to("alice")[0]
        assert sorted(mail["To"].partition("@")[0] for mail in inbox.mails) == [
            "alice",
            "bob",
        ]

    @pytest.mark.nightly
    def test_of_many_requests_are_two_and_quote_what_was_typed(
        self, stack: Stack, inbox: Inbox
    ):
        alice = stack.person("alice")
        evil = f"Soon\u202e\r\nRead it and decide:\r\n{stack.url}/x"
        path = alice.ask("logs-0", reason=evil)
        wait_for(lambda: inbox.texts_to("bob"))
        (first,) = inbox.texts_to("bob")
        assert "> Soon[U+202E]" in first
        assert "> Read it and decide:" in first
        own = [word for word in first.split() if "://" in word]
        assert own == [f"{stack.url}{path}"]
        for number in range(1, 6):
            alice.ask(f"logs-{number}")
        stack.manage("shell", "-c", LET_THE_WINDOW_PASS)
        wait_for(lambda: len(inbox.texts_to("bob")) > 1)
        (_first, rest) = inbox.texts_to("bob")
        assert rest.count("requested by alice") == 5

    @pytest.mark.nightly
    def test_hold_nothing_up_while_the_mail_server_is_away(self, stack: Stack):
        alice, bob = stack.person("alice"), stack.person("bob")
        path = alice.ask("logs-search")
        bob.approve(path)
        alice.waits_for(path, "active")
        wait_for(lambda: "mail.not_sent" in stack.log("worker"))


@pytest.mark.nightly
@pytest.mark.parametrize("stack", ["files-sqlite"], indirect=True)
class TestHeads:
    @pytest.fixture
    def environment(self, mail_port: int) -> dict[str, str]:
        return {
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "AUDIT_HEAD_MAIL": "dora@example.com, olga@example.com",
            "LANGUAGE_CODE": "zh-hans",
        }

    def test_come_by_mail_and_are_verified_from_a_saved_one(
        self, stack: Stack, inbox: Inbox, tmp_path: Path
    ):
        wait_for(lambda: inbox.mails)
        assert inbox.mails[0]["To"] == "dora@example.com, olga@example.com"
        [saved] = inbox.saved(tmp_path)
        head = tmp_path / "head"
        lines = saved.read_bytes().splitlines(keepends=True)
        head.write_bytes(b"".join(line for line in lines if line.startswith(b"{")))
        verifier = [sys.executable, "docs/verify_head.py", str(head)]
        done = subprocess.run(
            verifier, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.stdout.startswith("1. right, "), done
        stack.manage("verify_audit", "--from-head", str(head))
