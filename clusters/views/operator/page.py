"""Context of `/operate/`: paused projects, requests that need a decision, workers."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Exists, Min, OuterRef, QuerySet
from django.utils import timezone

from clusters.domain.matching import ListedCluster, as_uuid
from clusters.domain.states import MOVING, State
from clusters.explanations import EXPLAINED
from clusters.models import (
    Attempt,
    CloudProject,
    ClusterRequest,
    Heartbeat,
    SignInCount,
)
from clusters.models.heartbeat import HeartbeatKind
from clusters.models.request_columns import Needs
from clusters.operations.upkeep.clocks import clocks_differ
from clusters.views.operator.unreadable import LeftOutLine, left_out_of

_MAX_ROWS: Final = 100
_CODES_SINCE: Final = timedelta(days=30)
_MAX_CODES: Final = 20


@dataclass(kw_only=True)
class ProjectCard:
    """
    One cloud project with its numbers.

    `count_by_state` maps a state to the number of its requests; `oldest` is when the
    longest waiting approved request was approved; `orphans` are listed clusters whose
    tag names an unknown request; `left_out` tells of lists that are incomplete.
    """

    project: CloudProject
    count_by_state: dict[str, int] = field(default_factory=dict)
    oldest: datetime | None = None
    orphans: tuple[ListedCluster, ...] = ()
    left_out: tuple[LeftOutLine, ...] = ()

    @property
    def waiting(self) -> int:
        """The number of approved requests that no worker has claimed yet."""
        return self.count_by_state.get(State.APPROVED, 0)

    @property
    def moving(self) -> int:
        """The number of requests in `sending` or `creating`."""
        states = (State.SENDING, State.CREATING)
        return sum(self.count_by_state.get(state, 0) for state in states)

    @property
    def unclear(self) -> int:
        """The number of unclear requests."""
        return self.count_by_state.get(State.UNCLEAR, 0)


def operate_context() -> dict[str, Any]:
    """Return the context of the template, in a constant number of queries."""
    processes = Heartbeat.objects.exclude(kind=HeartbeatKind.BROKER)
    return {
        "cards": _cards(),
        "unclear": _unclear_or_needing_operator(),
        "heartbeats": processes.order_by("-seen_at")[:_MAX_ROWS],
        "unknown_codes": _unknown_codes(),
        "limits": SignInCount.objects.limited(timezone.now())[:_MAX_ROWS],
        "at_most": _MAX_ROWS,
        "clocks_differ": clocks_differ(timezone.now()),
    }


def _unclear_or_needing_operator() -> list[ClusterRequest]:
    """Return at most 100 of these requests, the longest waiting first."""
    rows = ClusterRequest.objects.order_by("moved_at").as_rows()
    # Two queries, because one with OR would use no index and read the whole table.
    unclear = rows.filter(state=State.UNCLEAR)[:_MAX_ROWS]
    needing = rows.filter(needs=Needs.OPERATOR).exclude(state=State.UNCLEAR)
    both = [*unclear, *needing[:_MAX_ROWS]]
    return sorted(both, key=lambda row: row.moved_at)[:_MAX_ROWS]


def _cards() -> list[ProjectCard]:
    projects = CloudProject.objects.select_related(
        "catalog", "inventory_snapshot", "paused_person"
    )
    cards = {
        project.pk: ProjectCard(project=project, left_out=left_out_of(project))
        for project in projects
    }
    for pk, state, count, oldest in _counts():
        cards[pk].count_by_state[state] = count
        if state == State.APPROVED:
            cards[pk].oldest = oldest
    for pk, orphans in _orphans(card.project for card in cards.values()).items():
        cards[pk].orphans = orphans
    return list(cards.values())


def _counts() -> Iterable[tuple[int, str, int, datetime]]:
    moving = ClusterRequest.objects.filter(state__in=MOVING)
    return (
        moving.values("cloud_project", "state")
        .annotate(count=Count("id"), oldest=Min("moved_at"))
        .values_list("cloud_project", "state", "count", "oldest")
    )


def _orphans(projects: Iterable[CloudProject]) -> dict[int, tuple[ListedCluster, ...]]:
    """
    Return per project the listed clusters whose tag names an unknown request.

    Such clusters appear after a restore of an old backup.
    """
    tagged: defaultdict[int, list[ListedCluster]] = defaultdict(list)
    for project in projects:
        snapshot = getattr(project, "inventory_snapshot", None)
        listed = snapshot.clusters if snapshot else ()
        for each in map(ListedCluster.from_json, listed):
            if as_uuid(each.tag):
                tagged[project.pk].append(each)
    tags = {each.tag for found in tagged.values() for each in found}
    known = ClusterRequest.objects.filter(id__in=tags).values_list("id", flat=True)
    ours = {str(request_id) for request_id in known}
    return {
        pk: tuple(each for each in found if each.tag not in ours)
        for pk, found in tagged.items()
    }


def _unknown_codes() -> list[tuple[str, int]]:
    """
    Return the most frequent error codes of 30 days without an explanation, with counts.

    Counts codes in responses to creates, and codes of clusters that broke afterwards.
    """
    since = timezone.now() - _CODES_SINCE
    answered = Attempt.objects.filter(sent_at__gt=since)
    same = Attempt.objects.filter(request=OuterRef("pk"), code=OuterRef("error_code"))
    broken = ClusterRequest.objects.filter(
        ~Exists(same), state=State.FAILED, moved_at__gt=since
    )
    found = _counted(answered, "code").union(_counted(broken, "error_code"), all=True)
    times: Counter[str] = Counter()
    for code, count in found:
        times[code] += count
    return times.most_common(_MAX_CODES)


def _counted(rows: "QuerySet[Any]", column: str) -> "QuerySet[Any, tuple[str, int]]":
    unknown = rows.exclude(**{column: ""}).exclude(**{f"{column}__in": EXPLAINED})
    by_code = unknown.order_by().values(column).annotate(count=Count("pk"))
    counted: QuerySet[Any, tuple[str, int]] = by_code.values_list(column, "count")
    return counted
