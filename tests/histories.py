"""Long histories of one request, written at once."""

from collections.abc import Iterator
from datetime import timedelta

from clusters.domain.events import EventKind
from clusters.domain.states import State
from clusters.models import Attempt, ClusterRequest, Event
from tests.factories import NOON

_ROUND = (
    (EventKind.CLAIM.value, State.APPROVED.value, State.SENDING.value),
    (EventKind.DELETION_FAILED.value, "", ""),
    (EventKind.RELEASE.value, State.SENDING.value, State.APPROVED.value),
    (EventKind.CLUSTER_BACK.value, "", ""),
)
"""What repeats: a worker takes it up, sends, puts it back, and is stopped."""


def prolong(row: ClusterRequest, count: int, *, every: int = 3) -> None:
    """Add events until there are `count`, a minute apart; a claim in `every` has sent."""
    begun = row.events.count()
    events = list(_events(row, begun, count))
    Event.objects.bulk_create(events, batch_size=1000)
    claims = [e for e in events if e.kind == EventKind.CLAIM][::every]
    first = row.attempts.count() + 1
    attempts = [_attempt(row, claim, n) for n, claim in enumerate(claims, first)]
    Attempt.objects.bulk_create(attempts, batch_size=1000)


def _events(row: ClusterRequest, begun: int, count: int) -> Iterator[Event]:
    for seq in range(begun + 1, count + 1):
        kind, source, target = _ROUND[seq % len(_ROUND)]
        yield Event(
            request=row,
            seq=seq,
            at=NOON + timedelta(minutes=seq),
            kind=kind,
            from_state=source,
            to_state=target,
            data={"claim": seq}
            if kind == EventKind.CLAIM
            else {"because": f"No. {seq}"},
            hash=f"{seq:064}",
        )


def _attempt(row: ClusterRequest, claim: Event, number: int) -> Attempt:
    return Attempt(
        request=row,
        number=number,
        claim=claim.data["claim"],
        body_sha256=row.body_sha256,
        # This worker's clock is an hour behind: the claim says where it belongs.
        sent_at=claim.at - timedelta(hours=1),
        answered_at=claim.at,
        outcome="throttled",
        status=429,
        duration_ms=80,
    )
