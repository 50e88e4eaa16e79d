"""Open the history for the changes of one transaction, and write an event that says why."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from clusters.domain.events import EventKind
from clusters.models import Event, HistoryOpening
from clusters.operations.core.history import record_installation_event

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@contextmanager
def opened_history(
    *,
    why: str,
    now: datetime,
    by: "User | None" = None,
    via: str = "",
    data: dict[str, Any] | None = None,
) -> Iterator[Event]:
    """
    Let the block change events, decisions and attempts; one transaction.

    The chain of the installation gets an event `history.opened` with `why` and `via`, and
    the block gets that event. An error in the block takes all of it back. Ask first
    whether anything has to change: an opening without a change is an event that
    somebody will ask about.

    :param why: the reason in a sentence, for whoever reads the history later
    :param by: the person; None for the portal itself and for a command
    :param via: the operation or the command that does it
    :param data: more values of JSON for the event, without names of people
    """
    told = {"why": why, "via": via} | (data or {})
    with transaction.atomic():
        event = record_installation_event(
            EventKind.HISTORY_OPENED,
            now=now,
            actor=by,
            data={key: part for key, part in told.items() if part},
        )
        HistoryOpening.objects.create(
            event=event, transaction_id=current_transaction_id()
        )
        yield event
        HistoryOpening.objects.filter(event=event).delete()


def current_transaction_id() -> int:
    """Return PostgreSQL's id of the current transaction; 0 on SQLite, which has none."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT txid_current()")
        return int(cursor.fetchone()[0])
