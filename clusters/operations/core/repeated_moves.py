"""
Transitions without an event: repeated claims and releases (ADR 16).

A request that waits is claimed and released again after each back-off, possibly for
hours. Two transitions write no event where it would repeat the last one:

* a claim, where the last written transition is a release with a reason
* the release that follows, where its event would hold the same data

Any other transition writes the skipped claim first. So each written transition begins in
the state in which the one before it ended. The row itself still shows what was skipped:
`waits_because`, `failures`, `claim`, `moved_at`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from clusters.domain.events import EventKind
from clusters.domain.states import State, Verb
from clusters.models import ClusterRequest, Event
from clusters.operations.core.history import record_under_lock


def is_repeated(request_id: UUID, verb: Verb, data: dict[str, Any] | None) -> bool:
    """Whether the event of this transition would repeat the last written ones."""
    if verb not in (Verb.CLAIM, Verb.RELEASE):
        return False
    last = _last_reason(request_id)
    return bool(last) and (verb is Verb.CLAIM or data == last)


def write_skipped_claim(request_id: UUID, *, claim: int | None, now: datetime) -> None:
    """
    Write the event of the claim of a request that leaves `sending`, if it was skipped.

    `claim` is its number, None to take that of the row; a caller whose UPDATE has raised
    the number already has to pass it. Needs the lock that `record_under_lock` needs.
    """
    if not _last_reason(request_id):
        return
    rows = ClusterRequest.objects.filter(id=request_id)
    number, claimed_at = rows.values_list("claim", "claimed_at").get()
    record_under_lock(
        request_id,
        EventKind.CLAIM,
        now=claimed_at or now,
        states=(State.APPROVED.value, State.SENDING.value),
        data={"claim": number if claim is None else claim},
    )


def _last_reason(request_id: UUID) -> dict[str, Any]:
    """Return the data of the last written transition if it is a release with a reason."""
    moves = Event.objects.filter(request_id=request_id).exclude(to_state="")
    last = moves.order_by("-seq").values_list("kind", "data").first()
    if last is None or last[0] != EventKind.RELEASE or not last[1].get("because"):
        return {}
    return dict(last[1])
