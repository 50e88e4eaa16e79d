"""The only function that changes a state; the database is the referee."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from clusters.domain.events import EventKind
from clusters.domain.states import MOVES, Move, State, Verb
from clusters.models import ClusterRequest
from clusters.operations.core.expected import NOTHING, Expected, MoveNotAllowed
from clusters.operations.core.history import record_under_lock
from clusters.operations.core.repeated_moves import (
    says_nothing_new,
    write_skipped_claim,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User

__all__ = [
    "NOT_LOOKED_FOR",
    "CommentMissing",
    "MoveNotAllowed",
    "NotAllowed",
    "advance",
]

NOT_LOOKED_FOR: Final[dict[str, Any]] = {"absent_looks": 0, "last_absent_at": None}
"""The columns of a request that count looks in vain, emptied."""


class NotAllowed(Exception):
    """This person may not do this."""


class CommentMissing(Exception):
    """This step needs a sentence that says why."""


def advance(
    request_id: UUID,
    verb: Verb,
    *,
    now: datetime,
    actor: "User | None" = None,
    held: int | None = None,
    expected: Expected = NOTHING,
    data: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """
    Move one request along its arrow and write the event, in one transaction.

    Being taken up and put back for the same reason as before is no event: see `_repeats`.

    A worker hands in the claim number that it `held`: a row that somebody else owns by
    now stays as it is. So does one in which not all is as `expected`.

    :raises MoveNotAllowed: if the row is in another state, or under another claim
    :raises BodyChanged: if other bytes would be sent than expected
    :raises HandedOver: if it is somebody else's by now
    :raises DatabaseError: within a transaction of the caller this one ends that one, too
    """
    move = MOVES[verb]
    rows = ClusterRequest.objects.filter(id=request_id)
    movable = _movable(rows.filter(expected.still_so), move, held)
    # Without a savepoint, so MoveNotAllowed is raised after the block: nothing was
    # written then, and an outer transaction can go on.
    with transaction.atomic(savepoint=False):
        source = _read_source(rows, move)
        moved = movable.update(state=move.target, moved_at=now, **changes)
        if moved and not says_nothing_new(request_id, verb, data):
            if source == State.SENDING:
                write_skipped_claim(request_id, held=held, now=now)
            record_under_lock(
                request_id,
                EventKind(verb),
                now=now,
                actor=actor,
                states=(source, move.target.value),
                data=data,
            )
    if not moved:
        raise expected.lost(rows.first(), move.sources)


def _movable(
    rows: QuerySet[ClusterRequest], move: Move, held: int | None
) -> QuerySet[ClusterRequest]:
    """Return those that this move leaves, and nobody but the holder of the claim owns."""
    movable = rows.filter(state__in=move.sources)
    if held is not None:
        movable = movable.filter(claim=held)
    return movable


def _read_source(rows: QuerySet[ClusterRequest], move: Move) -> str:
    """
    Return the state that is left, empty where there is no such row.

    Read, under lock, only where it may be one of several.
    """
    if len(move.sources) == 1:
        return move.sources[0].value
    return rows.select_for_update().values_list("state", flat=True).first() or ""
