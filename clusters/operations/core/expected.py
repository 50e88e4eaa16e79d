"""
Optimistic locking: the columns that an operation has read, repeated in its UPDATE.

Between reading and writing the row may change. After each wait for a row's lock
PostgreSQL evaluates the WHERE of the UPDATE again, on the newest version of that row, but
not a sub-query on another table (PostgreSQL documentation, "Transaction Isolation", Read
Committed). So every condition has to be a column of the row that is written: those of the
request here, those of its cluster in `cluster_rows`, which writes both together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self
from uuid import UUID

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from clusters.domain.states import State
from clusters.models import ClusterRequest
from clusters.operations.core.errors import BodyChanged, HandedOver, MoveNotAllowed

OWNER: Final = ("requester_id", "submission_key")
"""
The requester. The submission key is a new one after each hand-over, so that a request
that was handed over and back is noticed, too.
"""

BYTES: Final = ("body_sha256", "place_sha256")
"""SHA-256 of the body and of the place; the place is empty until it is approved."""

ABSENCE: Final = ("claim", "needs", "absent_scans", "last_absent_at")
"""Which attempt is being looked for, and the complete scans without its cluster."""


@dataclass(frozen=True)
class Expected:
    """Columns of one row with the values that were read; empty checks nothing."""

    columns: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Model, *names: str, **values: Any) -> Self:
        """
        Return the loaded values of the columns `names`, and the given `values`.

        :raises ValueError: if a column was deferred: it would be read now, too late to
            notice a change
        """
        late = row.get_deferred_fields() & set(names)
        if late:
            raise ValueError(f"not loaded: {sorted(late)}")
        return cls({name: getattr(row, name) for name in names} | values)

    @property
    def condition(self) -> Q:
        """The condition for the WHERE of the UPDATE."""
        return Q(**self.columns)

    def error_for(
        self, row: ClusterRequest | None, sources: tuple[State, ...]
    ) -> Exception:
        """
        Return the error for an UPDATE that changed no row.

        `row` is the request as it is now, None where it is gone. The error is HandedOver,
        BodyChanged, or MoveNotAllowed for everything else.
        """
        changed = {
            name
            for name, value in self.columns.items()
            if row is None or getattr(row, name) != value
        }
        if row is None or row.state not in sources:
            return MoveNotAllowed(_wrong_state_message(row))
        if changed & set(OWNER):
            return HandedOver(
                _("This request was handed over meanwhile. Read it once more.")
            )
        if changed & set(BYTES):
            return BodyChanged(
                _("This request is not the one that you looked at. Read it once more.")
            )
        return MoveNotAllowed(_("This request changed meanwhile. Read it once more."))


NOTHING: Final = Expected()
"""Checks the state alone."""


def amend(
    request_id: UUID, expected: Expected, *sources: State, **changes: Any
) -> None:
    """
    Change columns of one request that is in one of these states (any if none is named).

    :raises MoveNotAllowed: if it is in another state or has changed; HandedOver or
        BodyChanged where that says more, see `Expected.error_for`
    """
    rows = ClusterRequest.objects.filter(id=request_id)
    unchanged = rows.filter(expected.condition, state__in=sources or State.values)
    if not unchanged.update(**changes):
        raise expected.error_for(rows.first(), sources or tuple(State))


def _wrong_state_message(row: ClusterRequest | None) -> str:
    label = State(row.state).label if row else _("gone")
    return _("This cannot be done: the request is “%(state)s” by now.") % {
        "state": label
    }
