"""The pages that are measured, each with its reader, and steps of the engine."""

from collections.abc import Callable, Iterator
from functools import partial

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from clusters.domain.engine_settings import EngineSettings
from clusters.models import CloudProject, ClusterRequest
from clusters.models.request import ClusterRequestQuerySet
from clusters.operations.core import dispatch
from clusters.operations.polling.poll import poll_project, projects_to_poll
from clusters.operations.provisioning.claim import claim_next
from clusters.operations.upkeep.sweep import run_maintenance
from clusters.views.lists.paging import _NEXT, _link
from tests.bench.crowd import Crowd

Place = tuple[str, str, str]
"""A title, who reads it, and its address."""


def places() -> Iterator[Place]:
    """Yield every page; the middle of a list is where half of its rows are newer."""
    everything = ClusterRequest.objects.newest_first()
    mine = everything.filter(requester__username="alice")
    failed, active = (everything.filter(state=state) for state in ("failed", "active"))
    yield from _lists(everything, mine)
    yield from _searches(everything, failed)
    yield "detail, active", "alice", mine.filter(state="active")[0].get_absolute_url()
    yield "detail, failed", "olga", failed[0].get_absolute_url()
    yield "form", "alice", "/requests/new/?cloud_project=demo"
    yield "approvals", "bob", "/approvals/"
    yield "clusters, first page", "bob", "/clusters/"
    yield "clusters, middle page", "bob", "/clusters/" + _middle(active)
    yield "clusters, first page", "alice", "/clusters/"
    for person in ("alice", "bob", "olga"):
        yield "home", person, "/"
    yield "operate", "olga", "/operate/"
    yield "audit", "dora", "/audit/"
    yield "readyz", "alice", "/readyz"
    yield "admin, requests", "dora", "/admin/clusters/clusterrequest/"
    yield "admin, history", "dora", "/admin/clusters/event/"


def _lists(
    everything: ClusterRequestQuerySet, mine: ClusterRequestQuerySet
) -> Iterator[Place]:
    page = "/requests/"
    both = everything.filter(state__in=["failed", "active"])
    yield "list, first page", "bob", page
    yield "list, first page", "alice", page
    yield "list, middle page", "bob", page + _middle(everything)
    yield "list, middle page", "alice", page + _middle(mine)
    yield "list, one state", "bob", f"{page}?state=failed"
    yield "list, rare state", "bob", f"{page}?state=unclear"
    states = "state=failed&state=active"
    yield "list, two states, middle", "bob", page + _middle(both, states)


def _searches(
    everything: ClusterRequestQuerySet, failed: ClusterRequestQuerySet
) -> Iterator[Place]:
    day = everything[everything.count() // 2].created_at.date()
    searches = {
        "text of one": f"q={failed[5].name}",
        "text of all": "q=search",
        "text of none": "q=nothing-like-it",
        "error code": "q=CSS.1112",
        "requester": "requester=alice",
        "cloud project": "cloud_project=logs",
        "flavor": "flavor=ess.spec-8u32g",
        "no such flavor": "flavor=ess.none",
        "one day": f"since={day}&until={day}",
    }
    for title, query in searches.items():
        yield f"list, {title}", "bob", f"/requests/?{query}"
    yield "list, text of none", "alice", "/requests/?q=nothing-like-it"


def _middle(rows: ClusterRequestQuerySet, query: str = "") -> str:
    return _link(QueryDict(query), _NEXT, rows[rows.count() // 2])


def steps() -> dict[str, Callable[[], int]]:
    """Return what beat and workers do at each tick or claim; nothing of it is kept."""
    dispatch._publish = lambda _task, _ids: None  # type: ignore[assignment]  # no broker
    project = CloudProject.objects.get(name="demo")
    engine, cloud = EngineSettings(), Crowd(project)
    work: dict[str, Callable[[], object]] = {
        "sweep": lambda: run_maintenance(engine=engine, now=timezone.now()),
        "which to poll": lambda: list(projects_to_poll()),
        "claim": lambda: claim_next(project.pk, engine=engine, now=timezone.now()),
        "poll": lambda: poll_project(
            project.pk, cloud=cloud, engine=engine, now=timezone.now()
        ),
    }
    return {title: partial(_undone, step) for title, step in work.items()}


def _undone(step: Callable[[], object]) -> int:
    with transaction.atomic():
        step()
        transaction.set_rollback(True)
    return 0
