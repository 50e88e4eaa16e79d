"""What the page of operators shows: what stands still, what nobody knows, who lives."""

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

_AT_MOST: Final = 100
_LATELY: Final = timedelta(days=30)
_MOST_CODES: Final = 20


@dataclass(kw_only=True)
class ProjectCard:
    """One cloud project, how many requests are where, and what is nobody's there."""

    project: CloudProject
    counts: dict[str, int] = field(default_factory=dict)
    oldest: datetime | None = None
    orphans: tuple[ListedCluster, ...] = ()
    left_out: tuple[LeftOutLine, ...] = ()

    @property
    def waiting(self) -> int:
        """How deep the queue is: approved, and not taken up."""
        return self.counts.get(State.APPROVED, 0)

    @property
    def moving(self) -> int:
        """How many the cloud was asked for, or builds."""
        return self.counts.get(State.SENDING, 0) + self.counts.get(State.CREATING, 0)

    @property
    def unclear(self) -> int:
        """How many nobody knows about."""
        return self.counts.get(State.UNCLEAR, 0)


def operate_context() -> dict[str, Any]:
    """Return what the template shows, in a constant number of queries."""
    alive = Heartbeat.objects.exclude(kind=HeartbeatKind.BROKER)
    return {
        "cards": _cards(),
        "unclear": _unsure(),
        "heartbeats": alive.order_by("-seen_at")[:_AT_MOST],
        "unknown_codes": _unknown_codes(),
        "limits": SignInCount.objects.limited(timezone.now())[:_AT_MOST],
        "at_most": _AT_MOST,
        "clocks_differ": clocks_differ(timezone.now()),
    }


def _unsure() -> list[ClusterRequest]:
    """Return what is unclear or left to operators, the longest waiting first."""
    rows = ClusterRequest.objects.order_by("moved_at").as_rows()
    # One after the other: for "or" a database reads every row there is.
    unclear = rows.filter(state=State.UNCLEAR)[:_AT_MOST]
    needing = rows.filter(needs=Needs.OPERATOR).exclude(state=State.UNCLEAR)[:_AT_MOST]
    return sorted([*unclear, *needing], key=lambda row: row.moved_at)[:_AT_MOST]


def _cards() -> list[ProjectCard]:
    projects = CloudProject.objects.select_related(
        "catalog", "inventory_snapshot", "paused_person"
    )
    cards = {
        project.pk: ProjectCard(project=project, left_out=left_out_of(project))
        for project in projects
    }
    for pk, state, count, oldest in _counts():
        cards[pk].counts[state] = count
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
    """Find listed clusters with the tag of a request that this portal does not have."""
    tagged: defaultdict[int, list[ListedCluster]] = defaultdict(list)
    for project in projects:
        look = getattr(project, "inventory_snapshot", None)
        for each in map(ListedCluster.from_json, look.clusters if look else ()):
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
    Count the cloud's codes of the last month that no page can explain yet.

    Those of answers to a create, and those that came minutes later, of a broken cluster.
    """
    since = timezone.now() - _LATELY
    answered = Attempt.objects.filter(sent_at__gt=since)
    same = Attempt.objects.filter(request=OuterRef("pk"), code=OuterRef("error_code"))
    broken = ClusterRequest.objects.filter(
        ~Exists(same), state=State.FAILED, moved_at__gt=since
    )
    found = _counted(answered, "code").union(_counted(broken, "error_code"), all=True)
    times: Counter[str] = Counter()
    for code, count in found:
        times[code] += count
    return times.most_common(_MOST_CODES)


def _counted(rows: "QuerySet[Any]", column: str) -> "QuerySet[Any, tuple[str, int]]":
    unknown = rows.exclude(**{column: ""}).exclude(**{f"{column}__in": EXPLAINED})
    by_code = unknown.order_by().values(column).annotate(count=Count("pk"))
    counted: QuerySet[Any, tuple[str, int]] = by_code.values_list(column, "count")
    return counted
