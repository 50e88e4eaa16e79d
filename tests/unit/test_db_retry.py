"""Saving what must not be lost."""

from typing import Any

import pytest
from django.db import (
    DataError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
)
from psycopg.errors import InsufficientPrivilege

from clusters.operations.core import db_retry
from clusters.operations.core.db_retry import retry_until_saved


class Connection:
    """The connection of this thread, which is closed so that the next try opens one."""

    in_atomic_block = False

    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> Connection:
    made = Connection()
    monkeypatch.setattr(db_retry, "connection", made)
    return made


def failing(*errors: Exception) -> Any:
    """Return a way to save that fails so often before it works."""
    left = list(errors)

    def save() -> str:
        if left:
            raise left.pop(0)
        return "saved"

    return save


class TestUntilSaved:
    @pytest.mark.parametrize("away", [OperationalError, InterfaceError, InternalError])
    def test_tries_again_while_the_database_is_away(
        self, connection: Connection, away: type[Exception]
    ) -> None:
        waits: list[float] = []
        save = failing(*(away("gone") for _ in range(7)))
        assert retry_until_saved(save, wait=waits.append) == "saved"
        assert connection.closed == 7
        assert waits == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]

    def test_waits_for_a_right_that_was_taken(self, connection: Connection) -> None:
        """It is taken and given back as a read-only database is."""
        refused = ProgrammingError("permission denied for table clusters_attempt")
        refused.__cause__ = InsufficientPrivilege()
        assert retry_until_saved(failing(refused), wait=lambda _: None) == "saved"

    @pytest.mark.parametrize("error", [DataError, ProgrammingError])
    def test_raises_what_no_waiting_mends(
        self, connection: Connection, error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            retry_until_saved(failing(error("too long")), wait=lambda _: None)
        assert connection.closed == 0

    def test_does_not_try_again_within_a_transaction(
        self, connection: Connection
    ) -> None:
        connection.in_atomic_block = True
        with pytest.raises(OperationalError):
            retry_until_saved(failing(OperationalError("gone")), wait=lambda _: None)
