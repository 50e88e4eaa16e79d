"""What is written down about one request: in the rows, and at the cloud."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from clusters.cloud.types import REQUEST_TAG
from clusters.domain.events import EventKind
from clusters.models import ClusterRequest, Event
from tests.drill.cloud import Living


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One line of a request's history."""

    kind: str
    source: str = ""
    target: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """`posts` are create bodies that came whole; `living` the clusters with the tag."""

    name: str
    state: str
    needs: str = ""
    history: tuple[Happening, ...] = ()
    is_chained: bool = True
    attempts: int = 0
    attempted_ids: frozenset[str] = frozenset()
    posts: int = 0
    answered_ids: frozenset[str] = frozenset()
    living: tuple[Living, ...] = ()
    most_living: int = 0

    @property
    def path(self) -> str:
        """The states since it was approved for the first time, in their order."""
        states = [each.target for each in self.history if each.target]
        first = states.index("approved") if "approved" in states else 0
        return " ".join(states[first:])

    @property
    def lapses(self) -> int:
        """How often a claim ran out: a worker that gives it back says why."""
        return sum(
            each.kind == EventKind.RELEASE and not each.reason for each in self.history
        )

    @property
    def is_alarmed(self) -> bool:
        """Whether somebody was called."""
        return bool(self.needs)


def facts_of(
    row: ClusterRequest,
    creates: Iterable[dict[str, Any]],
    living: Iterable[Living],
    most_living: int,
) -> Facts:
    """Read everything about one request."""
    row.refresh_from_db()
    events = list(row.events.order_by("seq"))
    mine = [each for each in creates if tag_of(each) == str(row.id)]
    made = {each["cluster_id"] for each in mine if each["cluster_id"]}
    attempts = list(row.attempts.all())
    return Facts(
        name=row.name,
        state=row.state,
        needs=row.needs,
        history=tuple(map(_happening, events)),
        is_chained=_is_chained(events),
        attempts=len(attempts),
        attempted_ids=frozenset(each.cluster_id for each in attempts),
        posts=len(mine),
        answered_ids=frozenset(
            each["cluster_id"]
            for each in mine
            if each["answered"] and each["cluster_id"]
        ),
        living=tuple(
            each
            for each in living
            if each.id in made or each.tags.get(REQUEST_TAG) == str(row.id)
        ),
        most_living=most_living,
    )


def _happening(event: Event) -> Happening:
    return Happening(
        kind=event.kind,
        source=event.from_state,
        target=event.to_state,
        reason=str(event.data.get("because", "")),
    )


def tag_of(create: dict[str, Any]) -> str:
    """Return the uuid of the request that this create body is of."""
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
