"""Which rows of the history may still change, and how."""

from dataclasses import dataclass
from typing import Final

from django.db import models

from clusters.models import Attempt, Decision, Event
from clusters.operations.audit.table_columns import all_columns, columns_of


@dataclass(frozen=True, kw_only=True)
class GuardedTable:
    """
    A table whose rows are never deleted, and change only as this says.

    A row may change as long as its column `open_until` is NULL, but for the columns of
    `fixed`. Without `open_until` it never changes. An UPDATE that changes no value is
    no change.
    """

    model: type[models.Model]
    open_until: str = ""
    fixed: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the table."""
        return self.model._meta.db_table

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of the table."""
        return all_columns(self.model)


GUARDED: Final = (
    GuardedTable(model=Event),
    GuardedTable(
        model=Decision,
        open_until="voided_at",
        fixed=all_columns(Decision, but="voided_at"),
    ),
    GuardedTable(
        model=Attempt,
        open_until="answered_at",
        fixed=columns_of(
            Attempt, ("id", "request", "number", "claim", "body_sha256", "sent_at")
        ),
    ),
)
"""
Events never change. A decision becomes void, once. An attempt gets its answer, once: what
was sent, when and for which claim stays. Its place is not fixed before, since earlier
versions stored attempts without it.
"""
