"""How the commands of the audit end that are stopped, or whose database fails."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import InterfaceError, OperationalError

from clusters.models import AuditCheck
from tests.factories import submitted, user
from tests.flows.audit.verified import finding, verified

pytestmark = pytest.mark.django_db

WORK = {
    "verify_audit": "clusters.management.commands.verify_audit.verify",
    "export_head": "clusters.management.commands.export_head.take_head",
    "erase_person": "clusters.management.commands.erase_person.erase_person",
}


def run(command: str) -> None:
    """Run this command with what it needs."""
    people = ("alice", "--by", "olga", "--comment", "Asked for.")
    call_command(command, *(people if command == "erase_person" else ()))


class TestACommand:
    @pytest.fixture(autouse=True)
    def people(self) -> None:
        user("alice")
        user("olga")

    @pytest.mark.parametrize("error", [InterfaceError, OperationalError])
    @pytest.mark.parametrize("command", WORK)
    def test_says_what_the_database_says(
        self, monkeypatch: pytest.MonkeyPatch, command: str, error: type[Exception]
    ) -> None:
        monkeypatch.setattr(WORK[command], raising(error("the connection is closed")))
        with pytest.raises(CommandError, match=r": the connection is closed$"):
            run(command)

    @pytest.mark.parametrize("command", WORK)
    def test_ends_with_a_sentence_when_it_is_stopped(
        self, monkeypatch: pytest.MonkeyPatch, command: str
    ) -> None:
        monkeypatch.setattr(WORK[command], raising(KeyboardInterrupt()))
        with pytest.raises(CommandError, match=r"^Stopped\.") as stopped:
            run(command)
        assert stopped.value.returncode == 130

    def test_says_so_before_the_tables_of_its_keys_are_there(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        missing = raising(OperationalError("no such table: clusters_signingkey"))
        monkeypatch.setattr("clusters.wiring.audit_keys", missing)
        assert "no such table" in finding()


class TestWhatWasFound:
    @pytest.fixture(autouse=True)
    def locked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            AuditCheck, "save", save_once(OperationalError("database is locked"))
        )

    def test_is_said_where_it_cannot_be_kept(self) -> None:
        row = submitted()
        type(row).objects.filter(pk=row.pk).update(state="failed")
        assert "it is “failed” by its row" in finding()

    def test_is_said_of_a_good_history_too(self) -> None:
        submitted()
        assert "chain ok" in verified()
        assert AuditCheck.objects.get().ended_at is None


def test_a_user_name_that_is_no_text_is_nobodys() -> None:
    user("olga")
    with pytest.raises(CommandError, match=r"nobody with the user name “d\[U\+DCFF\]”"):
        call_command("erase_person", "d\udcff", "--by", "olga", "--comment", "x")


def raising(error: BaseException) -> Any:
    """Return a function that raises this error, whatever it is called with."""

    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


def save_once(error: Exception) -> Any:
    """Return a `save` that stores a new row, and fails for one that is there."""
    save = AuditCheck.save

    def instead(self: AuditCheck, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise error
        save(self, *args, **kwargs)

    return instead
