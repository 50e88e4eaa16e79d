"""
Which moves the history leaves out: being taken up and put back once more.

A request that waits is claimed and released again after each back-off, for hours. Only
these two moves may leave no event, and only where they say nothing new:

* a claim, while the last move that was written is a release with a reason
* the release that follows, whose event would hold the very same data

Whatever else moves the row on writes the claim first. So every written move begins in
the state in which the one before it ended, and the chain of hashes has no gap. Of what is
left out the row tells: `waits_because`, `failures`, `claim`, `moved_at`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from clusters.domain.events import EventKind
from clusters.domain.states import State, Verb
from clusters.models import ClusterRequest, Event
from clusters.operations.core.history import record_under_lock


def says_nothing_new(request_id: UUID, verb: Verb, data: dict[str, Any] | None) -> bool:
    """Whether this move repeats what the history ends with."""
    if verb not in (Verb.CLAIM, Verb.RELEASE):
        return False
    last = _last_reason(request_id)
    return bool(last) and (verb is Verb.CLAIM or data == last)


def write_skipped_claim(request_id: UUID, *, claim: int | None, now: datetime) -> None:
    """
    Write the claim of a request that is leaving `sending`, if it was left out.

    `claim` is the number of that claim, where the caller knows it: the row may have the
    next one already. Needs the lock on the row that `record_under_lock` needs.
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
    """Return what the last written move says, if it put the request back and says why."""
    moves = Event.objects.filter(request_id=request_id).exclude(to_state="")
    last = moves.order_by("-seq").values_list("kind", "data").first()
    if last is None or last[0] != EventKind.RELEASE or not last[1].get("because"):
        return {}
    return dict(last[1])
