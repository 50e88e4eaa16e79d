"""Cases 51 and 53: creates that are never answered, and a cloud project that hangs."""

import time
from typing import Final

from django.utils import timezone

from clusters.models import CloudProject, ClusterRequest
from clusters.operations.projects.pause import pause_cloud_project, resume_cloud_project
from tests.drill.actors import needs_operator
from tests.drill.cloud import SimulatorControl
from tests.drill.fault_case import Expected, fault_case
from tests.drill.fault_cases.kills import ADOPTED, ONCE
from tests.drill.testbed import DrillTestbed

_MANY: Final = 64
_MAX_SLOWDOWN: Final = 1.3
_CLOUD_SECONDS: Final = 0.35
"""Delay of each call: long enough that the cloud, not this machine, sets the pace."""
_OBSERVE_INTERVAL: Final = 2.0
"""Seconds between two observations, each of which reads all of these requests."""
_ROUNDS: Final = 3
"""How often both times are measured: other load may fall into one of them only."""


@fault_case(51, "three attempts without an answer, nothing ever done")
def never_known(testbed: DrillTestbed) -> Expected:
    testbed.cloud.inject(every_create="close")
    request = testbed.approved_request()
    testbed.start_worker("w1")
    testbed.start_beat()
    testbed.wait_for_create()
    testbed.mark_fault("no create is ever answered")
    testbed.wait_until("an operator is called", lambda: needs_operator(request))
    within = 3 * testbed.clock.call + 7 * testbed.clock.settle
    testbed.check(testbed.since_fault() < testbed.clock.bound(within), "in time")
    testbed.wait(2 * testbed.clock.settle)
    again = "approved sending unclear"
    return Expected(
        request=request,
        path=f"{again} {again} {again}",
        end="unclear",
        posts=(3, 3),
        clusters=(0, 0),
        calls_operator=True,
    )


@fault_case(
    53,
    f"one cloud project hangs, another works, {_MANY} approved in each",
    environment={"WORKER_THREADS": "16", "MAX_CALLS": "4"},
    alone=True,
)
def hanging_project(testbed: DrillTestbed) -> Expected:
    clouds = {name: testbed.start_cloud(name) for name in ("alone", "hangs", "works")}
    for cloud in clouds.values():
        cloud.inject(quota=5000)
    clouds["hangs"].inject(every_create="hang_after")
    projects = {
        name: testbed.connect(name, cloud.url) for name, cloud in clouds.items()
    }
    # Reading a page for each transition, and the journal twice a second, would be the bottleneck.
    testbed.observer.on_transition = _read_no_page
    testbed.observer.interval = _OBSERVE_INTERVAL
    worker = testbed.start_worker("w1")
    testbed.start_beat()
    testbed.wait_until_ready(worker)
    hanging: list[ClusterRequest] = []
    for _round in range(_ROUNDS):
        alone, beside = _compare(testbed, clouds, projects, hanging)
        testbed.log(f"*** alone {alone:.2f} s, beside one that hangs {beside:.2f} s")
        most = _MAX_SLOWDOWN * alone + 2 * testbed.clock.reconcile
        for each in testbed.requests:  # so that nothing else runs in the next round
            testbed.wait_for_state(each, "active")
        if beside <= most:
            break
    testbed.check(beside <= most, f"{beside:.2f} s is within 1.3 times {alone:.2f} s")
    posts = [create for cloud in clouds.values() for create in cloud.creates()]
    testbed.check(
        len(posts) == len(testbed.requests), f"one create each, not {len(posts)}"
    )
    path = f"(approved sending )*({ADOPTED}|{ONCE})"
    return Expected(request=hanging[0], path=path, end="active")


def _read_no_page(_: ClusterRequest) -> None:
    pass


def _compare(
    testbed: DrillTestbed,
    clouds: dict[str, SimulatorControl],
    projects: dict[str, CloudProject],
    hanging: list[ClusterRequest],
) -> tuple[float, float]:
    """Return the seconds of a project alone, and of one beside a project that hangs."""
    _fill(testbed, projects["alone"])
    alone = _measure(testbed, clouds["alone"], projects["alone"])
    hanging += _fill(testbed, projects["hangs"])
    _fill(testbed, projects["works"])
    beside = _measure(testbed, clouds["works"], projects["works"], projects["hangs"])
    return alone, beside


def _fill(testbed: DrillTestbed, project: CloudProject) -> list[ClusterRequest]:
    olga = testbed.people["olga"]
    pause_cloud_project(project, by=olga, reason="A drill.", now=timezone.now())
    first = sum(each.cloud_project_id == project.pk for each in testbed.requests)
    return [
        testbed.approved_request(f"{project.name}-{number}", project=project)
        for number in range(first, first + _MANY)
    ]


def _measure(
    testbed: DrillTestbed, cloud: SimulatorControl, *projects: CloudProject
) -> float:
    """
    Resume these projects; return how many seconds the creates of the first one took.

    Until the last one arrived, by the cloud's journal, less the time for which the machine
    delayed the drill itself.
    """
    cloud.inject(slow_seconds=_CLOUD_SECONDS)
    began = time.time()
    for project in projects:
        project.refresh_from_db()
        resume_cloud_project(project, by=testbed.people["olga"], now=timezone.now())
    testbed.mark_fault(f"{projects[0].name} goes on")
    mine = sum(each.cloud_project_id == projects[0].pk for each in testbed.requests)
    testbed.wait_until(
        f"{mine} creates are answered",
        lambda: sum(each["answered"] for each in cloud.creates()) >= mine,
    )
    cloud.inject(slow_seconds=None)
    lag = testbed.observer.lag_since(testbed.fault_at)
    return max(testbed.create_times(cloud)) - began - lag
