"""Polls a cloud project with many clusters, some of them being created by the portal."""

import math
import uuid
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.utils import timezone
from requests import PreparedRequest, Response

from clusters.cloud.huawei.auth import MemoryTokenStore
from clusters.cloud.huawei.client import HuaweiCloud
from clusters.cloud.types import REQUEST_TAG
from clusters.domain.engine_settings import EngineSettings
from clusters.domain.states import State
from clusters.models import CloudProject, ClusterRequest
from clusters.operations.core import dispatch
from clusters.operations.inventory.pagination import PAGE
from clusters.operations.polling.poll import poll_project
from clusters.simulator.account import Account
from clusters.simulator.adapter import SimulatorAdapter
from clusters.simulator.clusters import Cluster
from clusters.simulator.console_actions import foreign_cluster
from clusters.simulator.state import SimulatorState
from clusters.simulator.world import World
from tests import factories
from tests.bench.table import head, print_line, row
from tests.clients import client_over

COUNTS: Final = (
    (10, 1),
    (10, 10),
    (100, 100),
    (1_000, 1),
    (1_000, 10),
    (1_000, 100),
    (1_000, 1_000),
    (2_000, 1_000),
    (2_500, 1_000),
)
"""How many clusters there are, and how many of these the portal is creating."""

_Made = tuple[str, uuid.UUID, str]
BUILD: Final = timedelta(minutes=10)


class CountingAdapter(SimulatorAdapter):
    """Carries calls to the simulated cloud; counts lists and details."""

    lists = 0
    details = 0

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Return one answer."""
        path = str(request.url).partition("?")[0]
        self.lists += path.endswith("/clusters")
        self.details += "/clusters/" in path
        return super().send(request, *args, **kwargs)

    def reset_counts(self) -> tuple[int, int]:
        """Return lists and details since the last time."""
        counted = self.lists, self.details
        self.lists = self.details = 0
        return counted


@dataclass
class _Clock:
    """The time of the simulated cloud and of the client; moved by hand."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


def run(database: str) -> None:
    """Print a row for each number of clusters, each in a cloud project of its own."""
    dispatch._publish = lambda _task, _ids: None  # type: ignore[assignment]  # no broker
    print_line(f"{database}; a page of the list has {PAGE:,} clusters\n")
    head(
        "clusters",
        "created by the portal",
        "lists of a tick",
        "bar",
        "details: first seen",
        "nothing changes",
        "one in ten changes",
        "the rest changes",
        "nothing is left",
    )
    with TemporaryDirectory(prefix="portal-bench-") as folder:
        for number, (total, ours) in enumerate(COUNTS):
            _measure(Path(folder) / f"{number}.json", total, ours)


def _measure(file: Path, total: int, ours: int) -> None:
    project = factories.cloud_project(file.stem)
    began = timezone.now()
    early = max(1, ours // 10) if ours > 1 else 0
    ready = [began + BUILD] * early + [began + 2 * BUILD] * (ours - early)
    clusters = [
        replace(
            _cluster(name, began, request_id), id=cluster_id, built_at=at.timestamp()
        )
        for (name, request_id, cluster_id), at in zip(
            _creating(project, ours), ready, strict=True
        )
    ]
    theirs = [_cluster(f"theirs-{each}", began) for each in range(total - ours)]
    _save(file, [*clusters, *theirs])
    moments = [began, began, began + 1.5 * BUILD, began + 3 * BUILD, began + 3 * BUILD]
    counted = _ticks(project, file, moments)
    lists = " or ".join(sorted({str(each) for each, _ in counted}))
    details = [f"{each:,}" for _, each in counted]
    assert not ClusterRequest.objects.filter(state=State.CREATING).exists()
    bar = math.ceil(total / PAGE) + 1
    row(f"{total:,}", f"{ours:,}", lists, bar, *details)


def _ticks(
    project: CloudProject, file: Path, moments: list[datetime]
) -> list[tuple[int, int]]:
    """Poll once at each of these moments; returns the lists and details of each tick."""
    clock = _Clock(moments[0])
    world = World(state_file=file, clock=lambda: clock().timestamp())
    wire = CountingAdapter(world)
    cloud = _client(wire, clock)
    counted = []
    for moment in moments:
        clock.now = moment
        done = poll_project(
            project.pk, cloud=cloud, engine=EngineSettings(), now=moment
        )
        assert done, "the tick did not end"
        counted.append(wire.reset_counts())
    return counted


def _client(wire: CountingAdapter, clock: Callable[[], datetime]) -> HuaweiCloud:
    return client_over(
        wire,
        tokens=MemoryTokenStore(),
        clock=clock,
    )


def _creating(project: CloudProject, count: int) -> Iterator[_Made]:
    """Make rows whose create was accepted; yields name, id and id of the cluster."""
    model = factories.cluster_request(f"model-{project.name}", project=project)
    ClusterRequest.objects.filter(id=model.id).update(state=State.CANCELLED)
    model.state, model._state.adding = State.CREATING, True
    model.place_sha256 = project.place.fingerprint
    for number in range(count):
        made = copy(model)
        made.id, made.submission_key = uuid.uuid4(), uuid.uuid4()
        made.name, cloud_id = f"ours-{number}", str(uuid.uuid4())
        made.cluster = factories.cluster(made, cloud_id=cloud_id)
        made.save(force_insert=True)
        yield made.name, made.id, cloud_id


def _cluster(
    name: str, created_at: datetime, request_id: uuid.UUID | None = None
) -> Cluster:
    tags = ((REQUEST_TAG, str(request_id)),) if request_id else ()
    [project] = Account().projects
    return foreign_cluster(name, project.id, created_at.timestamp(), tags)


def _save(file: Path, clusters: list[Cluster]) -> None:
    """Write the state that a simulator would have left behind."""
    state = SimulatorState(file=file, built=len(clusters))
    for number, cluster in enumerate(clusters):
        state.clusters[cluster.id] = replace(cluster, number=number + 1)
    state.save()
