"""
What an operation has read of a row and rests on, repeated where it writes.

Between the reading and the writing anybody may change the row. The condition of the
UPDATE is looked at again by the database, on the newest version of this very row, after
every wait for its lock; a sub-query on another table is not. So whatever a write rests on
has to stand in columns of the row that is written: those of the request here, those of
its cluster in `_cluster_rows`, which writes both in one transaction.
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
Whose request it is. The key is a fresh one after each hand-over, so that a request which
went to somebody and came back is noticed, too.
"""

BYTES: Final = ("body_sha256", "place_sha256")
"""What is approved and sent, and where to; the place is empty until it is approved."""

ABSENCE: Final = ("claim", "needs", "absent_scans", "last_absent_at")
"""Which attempt was looked for in vain, and how often."""


@dataclass(frozen=True)
class Expected:
    """Columns of one row with the values that were read; all must still be so."""

    columns: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Model, *names: str, **values: Any) -> Self:
        """
        Return the values that this row was loaded with, and those that are given.

        :raises ValueError: if one was not loaded: it would be read now, which is too late
        """
        late = row.get_deferred_fields() & set(names)
        if late:
            raise ValueError(f"not loaded: {sorted(late)}")
        return cls({name: getattr(row, name) for name in names} | values)

    @property
    def still_so(self) -> Q:
        """The condition for the WHERE of a write."""
        return Q(**self.columns)

    def lost(self, row: ClusterRequest | None, sources: tuple[State, ...]) -> Exception:
        """Return why a write found nothing to change, as the row shows it now."""
        changed = {
            name
            for name, value in self.columns.items()
            if row is None or getattr(row, name) != value
        }
        if row is None or row.state not in sources:
            return MoveNotAllowed(_is_by_now(row))
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
"""Rests on the state alone."""


def amend(
    request_id: UUID, expected: Expected, *sources: State, **changes: Any
) -> None:
    """
    Change columns of one request that is in one of these states (any if none is named).

    :raises MoveNotAllowed: if it is in another state, or not as expected; `Expected.lost`
        says as what
    """
    rows = ClusterRequest.objects.filter(id=request_id)
    right = rows.filter(expected.still_so, state__in=sources or State.values)
    if not right.update(**changes):
        raise expected.lost(rows.first(), sources or tuple(State))


def _is_by_now(row: ClusterRequest | None) -> str:
    label = State(row.state).label if row else _("gone")
    return _("This cannot be done: the request is “%(state)s” by now.") % {
        "state": label
    }
