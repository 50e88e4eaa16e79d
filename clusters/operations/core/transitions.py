"""The only function that changes the state of a request: a conditional UPDATE."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from clusters.domain.events import EventKind
from clusters.domain.states import MOVES, Move, State, Verb
from clusters.models import ClusterRequest
from clusters.operations.core.admin_passwords import erase_after_move
from clusters.operations.core.expected import NOTHING, Expected
from clusters.operations.core.history import record_under_lock
from clusters.operations.core.repeated_moves import (
    is_repeated,
    write_skipped_claim,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def advance(
    request_id: UUID,
    verb: Verb,
    *,
    now: datetime,
    actor: "User | None" = None,
    expected_claim: int | None = None,
    expected: Expected = NOTHING,
    data: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """
    Move one request by this verb and write the event, in one transaction.

    A worker passes its claim number as `expected_claim`, other callers pass in `expected`
    the columns that they have read; where the row has other values now, nothing is
    written. `changes` are columns that are written with the state, `data` goes into the
    event. Repeated claims and releases write no event, see `repeated_moves`. A password
    that the new state has no use for is erased with it.

    :raises MoveNotAllowed: if the row is in another state, or under another claim
    :raises BodyChanged: if body or place are not the expected ones
    :raises HandedOver: if the request has another requester
    :raises DatabaseError: a transaction of the caller cannot continue after that
    """
    move = MOVES[verb]
    rows = ClusterRequest.objects.filter(id=request_id)
    movable = _movable(rows.filter(expected.condition), move, expected_claim)
    # Without a savepoint, so MoveNotAllowed is raised after the block: nothing was
    # written then, and an outer transaction can go on.
    with transaction.atomic(savepoint=False):
        source = _read_source(rows, move)
        moved = movable.update(state=move.target, moved_at=now, **changes)
        if moved and not is_repeated(request_id, verb, data):
            if source == State.SENDING:
                write_skipped_claim(request_id, claim=expected_claim, now=now)
            states = (source, move.target.value)
            record_under_lock(
                request_id,
                EventKind(verb),
                now=now,
                actor=actor,
                states=states,
                data=data,
            )
        if moved:
            erase_after_move(request_id, move.target, now=now)
    if not moved:
        raise expected.error_for(rows.first(), move.sources)


def _movable(
    rows: QuerySet[ClusterRequest], move: Move, expected_claim: int | None
) -> QuerySet[ClusterRequest]:
    """Return the rows that this verb can move and that are under the expected claim."""
    movable = rows.filter(state__in=move.sources)
    if expected_claim is not None:
        movable = movable.filter(claim=expected_claim)
    return movable


def _read_source(rows: QuerySet[ClusterRequest], move: Move) -> str:
    """
    Return the state before the transition, empty where there is no such row.

    Read under a lock, and only where the verb leaves more than one state.
    """
    if len(move.sources) == 1:
        return move.sources[0].value
    return rows.select_for_update().values_list("state", flat=True).first() or ""
