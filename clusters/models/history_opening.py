"""The row that lets one transaction change the history."""

from django.db import models

from clusters.models.event import Event


class HistoryOpening(models.Model):
    """
    While a transaction holds such a row, the triggers let it change the history.

    `operations.core.history_opening` writes it together with the event that says why, and
    deletes it before the commit, so no committed state of the database has one. On
    PostgreSQL the triggers heed only the row of their own transaction; SQLite has one
    writer at a time. `verify_audit` reports a row that was left behind.
    """

    event = models.OneToOneField(
        Event, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    """The event of the kind `history.opened`: who, and why."""
    transaction_id = models.BigIntegerField(default=0)
    """PostgreSQL's txid_current(); 0 on SQLite."""

    def __str__(self) -> str:
        return f"opened by event {self.event_id}"
