"""Rows 51 and 53: what nobody can know, and what one bad neighbour may cost."""

import time
from typing import Final

from django.utils import timezone

from clusters.models import CloudProject, ClusterRequest
from clusters.operations.projects.pause import pause_cloud_project, resume_cloud_project
from tests.drill.actors import needs_operator
from tests.drill.cloud import SimulatorControl
from tests.drill.fault_case import Expected, row
from tests.drill.fault_cases.kills import ADOPTED, ONCE
from tests.drill.testbed import Stage

_MANY: Final = 64
_SLOWER: Final = 1.3
_CLOUD_SECONDS: Final = 0.35
"""Long enough that the time is the cloud's, not this machine's processors'."""
_NAP: Final = 2.0
"""Seconds between two looks of the drill at all of these requests."""
_ROUNDS: Final = 3
"""How often the two times are taken: other work of the machine falls into one of them."""


@row(51, "three attempts without an answer, nothing ever done")
def never_known(stage: Stage) -> Expected:
    stage.cloud.inject(every_create="close")
    request = stage.approved()
    stage.worker("w1")
    stage.beat()
    stage.until_created()
    stage.trigger("no create is ever answered")
    stage.until("an operator is called", lambda: needs_operator(request))
    within = 3 * stage.clock.call + 7 * stage.clock.settle
    stage.must(stage.since_strike() < stage.clock.bound(within), "in time")
    stage.rest(2 * stage.clock.settle)
    again = "approved sending unclear"
    return Expected(
        request=request,
        path=f"{again} {again} {again}",
        end="unclear",
        posts=(3, 3),
        clusters=(0, 0),
        calls_operator=True,
    )


@row(
    53,
    f"one cloud project hangs, another works, {_MANY} approved in each",
    environment={"WORKER_THREADS": "16", "MAX_CALLS": "4"},
    alone=True,
)
def bad_neighbour(stage: Stage) -> Expected:
    clouds = {name: stage.start_cloud(name) for name in ("alone", "hangs", "works")}
    for cloud in clouds.values():
        cloud.inject(quota=5000)
    clouds["hangs"].inject(every_create="hang_after")
    projects = {name: stage.connect(name, cloud.url) for name, cloud in clouds.items()}
    # Reading so many pages, and all creates twice a second, would set the pace.
    stage.watch.on_move = _read_no_page
    stage.watch.nap = _NAP
    worker = stage.worker("w1")
    stage.beat()
    stage.until_ready(worker)
    hanging: list[ClusterRequest] = []
    for _round in range(_ROUNDS):
        alone, beside = _compare(stage, clouds, projects, hanging)
        stage.say(f"*** alone {alone:.2f} s, beside one that hangs {beside:.2f} s")
        most = _SLOWER * alone + 2 * stage.clock.reconcile
        for each in stage.rows:  # so that the next round is alone, too
            stage.until_state(each, "active")
        if beside <= most:
            break
    stage.must(beside <= most, f"{beside:.2f} s is within 1.3 times {alone:.2f} s")
    posts = [create for cloud in clouds.values() for create in cloud.creates()]
    stage.must(len(posts) == len(stage.rows), f"one create each, not {len(posts)}")
    path = f"(approved sending )*({ADOPTED}|{ONCE})"
    return Expected(request=hanging[0], path=path, end="active")


def _read_no_page(_: ClusterRequest) -> None:
    pass


def _compare(
    stage: Stage,
    clouds: dict[str, SimulatorControl],
    projects: dict[str, CloudProject],
    hanging: list[ClusterRequest],
) -> tuple[float, float]:
    """Return the seconds of one project alone, and of one beside a project that hangs."""
    _fill(stage, projects["alone"])
    alone = _time_of(stage, clouds["alone"], projects["alone"])
    hanging += _fill(stage, projects["hangs"])
    _fill(stage, projects["works"])
    beside = _time_of(stage, clouds["works"], projects["works"], projects["hangs"])
    return alone, beside


def _fill(stage: Stage, project: CloudProject) -> list[ClusterRequest]:
    olga = stage.people["olga"]
    pause_cloud_project(project, by=olga, reason="A drill.", now=timezone.now())
    first = sum(each.cloud_project_id == project.pk for each in stage.rows)
    return [
        stage.approved(f"{project.name}-{number}", project=project)
        for number in range(first, first + _MANY)
    ]


def _time_of(stage: Stage, cloud: SimulatorControl, *projects: CloudProject) -> float:
    """
    Let these projects go on; return how long the first one's creates took.

    Until the last one arrived, by the cloud's notes; without the time for which the
    machine kept the drill itself waiting.
    """
    cloud.inject(slow_seconds=_CLOUD_SECONDS)
    began = time.time()
    for project in projects:
        project.refresh_from_db()
        resume_cloud_project(project, by=stage.people["olga"], now=timezone.now())
    stage.trigger(f"{projects[0].name} goes on")
    mine = sum(each.cloud_project_id == projects[0].pk for each in stage.rows)
    stage.until(
        f"{mine} creates are answered",
        lambda: sum(each["answered"] for each in cloud.creates()) >= mine,
    )
    cloud.inject(slow_seconds=None)
    lag = stage.watch.lag_since(stage.struck_at)
    return max(stage.moments_of_creates(cloud)) - began - lag
