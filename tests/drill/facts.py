"""What the database and the cloud hold about one request."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from clusters.cloud.types import REQUEST_TAG
from clusters.domain.events import EventKind
from clusters.models import ClusterRequest, Event
from tests.drill.cloud import LiveCluster


@dataclass(frozen=True, kw_only=True)
class EventRecord:
    """One event of a request; `source` and `target` are "" where it moves no state."""

    kind: str
    source: str = ""
    target: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """
    One request at the end of a case.

    `posts` counts the complete create bodies at the cloud, `answered_ids` the cluster ids
    in its answers; `live_clusters` are those that the request made or whose tag names it,
    `max_live` is the most there ever were at once. `is_chained` tells whether numbers and
    hashes of the events are right.
    """

    name: str
    state: str
    needs: str = ""
    history: tuple[EventRecord, ...] = ()
    is_chained: bool = True
    attempts: int = 0
    attempted_ids: frozenset[str] = frozenset()
    posts: int = 0
    answered_ids: frozenset[str] = frozenset()
    live_clusters: tuple[LiveCluster, ...] = ()
    max_live: int = 0

    @property
    def path(self) -> str:
        """The states since the first approval, in their order, separated by spaces."""
        states = [each.target for each in self.history if each.target]
        first = states.index("approved") if "approved" in states else 0
        return " ".join(states[first:])

    @property
    def expired_claims(self) -> int:
        """How many claims expired: a worker that releases a request gives a reason."""
        return sum(
            each.kind == EventKind.RELEASE and not each.reason for each in self.history
        )

    @property
    def is_alarmed(self) -> bool:
        """Whether an operator was called."""
        return bool(self.needs)


def read_facts(
    request: ClusterRequest,
    creates: Iterable[dict[str, Any]],
    live_clusters: Iterable[LiveCluster],
    max_live: int,
) -> Facts:
    """
    Read everything about one request.

    :param creates: creates of all requests, as in the simulator's journal
    :param live_clusters: live clusters of all requests
    :param max_live: most live clusters of this request at once
    """
    request.refresh_from_db()
    events = list(request.events.order_by("seq"))
    own = [each for each in creates if tag_of(each) == str(request.id)]
    made = {each["cluster_id"] for each in own if each["cluster_id"]}
    attempts = list(request.attempts.all())
    return Facts(
        name=request.name,
        state=request.state,
        needs=request.needs,
        history=tuple(map(_event_record, events)),
        is_chained=_is_chained(events),
        attempts=len(attempts),
        attempted_ids=frozenset(each.cluster_id for each in attempts),
        posts=len(own),
        answered_ids=frozenset(
            each["cluster_id"]
            for each in own
            if each["answered"] and each["cluster_id"]
        ),
        live_clusters=tuple(
            each
            for each in live_clusters
            if each.id in made or each.tags.get(REQUEST_TAG) == str(request.id)
        ),
        max_live=max_live,
    )


def _event_record(event: Event) -> EventRecord:
    return EventRecord(
        kind=event.kind,
        source=event.from_state,
        target=event.to_state,
        reason=str(event.data.get("because", "")),
    )


def tag_of(create: dict[str, Any]) -> str:
    """Return the request id in the tag of a create body, "" if there is none."""
    try:
        tags = create["body"]["cluster"]["tags"]
        return next(str(tag["value"]) for tag in tags if tag["key"] == REQUEST_TAG)
    except (TypeError, KeyError, StopIteration):
        return ""


def _is_chained(events: list[Any]) -> bool:
    before = ""
    for number, event in enumerate(events, start=1):
        if event.seq != number or event.previous_hash != before:
            return False
        if event.hash != event.expected_hash():
            return False
        before = event.hash
    return True
