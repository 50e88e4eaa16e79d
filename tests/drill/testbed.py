"""The test bed of one case: a portal with its database, broker, cloud, workers and beat."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

from django.db import connections

from clusters.models import CloudProject, ClusterRequest
from tests.drill import actors
from tests.drill.cloud import LiveCluster, SimulatorControl, run_cloud
from tests.drill.failpoints import Failpoint
from tests.drill.fork_server import ForkRequest
from tests.drill.observer import Observer
from tests.drill.pages import PageClient
from tests.drill.process import Process
from tests.drill.setting import Setting, free_port
from tests.drill.waits import Waits
from tests.drill.worker import run_beat, run_worker


class DrillTestbed(Waits):
    """
    What the function of a case works with.

    `requests` are all requests that the case has made. `fault_at` is the monotonic time
    of the fault, from which the time bound of the case counts. `random` is seeded by seed
    and case.
    """

    def __init__(
        self, setting: Setting, fork_server: Connection, log: Callable[[str], None]
    ) -> None:
        super().__init__(setting.clock, Observer(setting.clock, log))
        self.setting = setting
        self.variant = setting.variant
        self.random = Random(f"{setting.seed} {setting.case}")  # noqa: S311 - a drill
        self.folder = Path(setting.folder)
        self.log = log
        self.processes: list[Process] = []
        self.requests: list[ClusterRequest] = []
        self.enterprise_project = ""
        self.fault_at = time.monotonic()
        self._fork_server = fork_server

    def set_up(self) -> None:
        """Start the cloud, create people and a project; the case starts the workers."""
        self.people = actors.create_actors()
        self.alice = PageClient(self.people["alice"])
        self.cloud = self.start_cloud("cloud", tls=self.setting.tls)
        self.project = self.connect("demo", self.cloud.url)
        self.observer.on_transition = self._read_pages

    # -- processes ---------------------------------------------------------------

    def start_process(
        self, name: str, target: Callable[..., None], *arguments: Any
    ) -> Process:
        """Have the fork server start a process that runs this function."""
        connections.close_all()
        log = self.folder / f"{name}.log"
        self._fork_server.send(ForkRequest(target=target, arguments=arguments, log=log))
        process = Process(
            name=name,
            pid=self._fork_server.recv(),
            log=log,
            reached_file=self.folder / f"{name}.reached",
        )
        self.processes.append(process)
        return process

    def start_worker(
        self,
        name: str = "w1",
        failpoints: Sequence[Failpoint] = (),
        *,
        clock_offset: float = 0.0,
    ) -> Process:
        """Start a worker with these failpoints; its clock is off by so many seconds."""
        self.log(f"{name} starts")
        reached = self.folder / f"{name}.reached"
        arguments = (name, tuple(failpoints), reached, clock_offset)
        return self.start_process(name, run_worker, *arguments)

    def start_beat(self) -> Process:
        """Start beat, of which a portal has one."""
        return self.start_process("beat", run_beat)

    def start_cloud(
        self,
        name: str,
        *,
        tls: bool = False,
        port: int = 0,
        certificate: Path | None = None,
    ) -> SimulatorControl:
        """
        Start a simulated cloud; one that is started again by name keeps its clusters.

        With `tls` it has the certificate of the setting, else the given one or none.
        """
        certificate = Path(self.setting.certificate) if tls else certificate
        port, state = port or free_port(), self.folder / f"{name}.json"
        build = self.clock.build
        self.start_process(name, run_cloud, port, state, build, certificate)
        scheme = "https" if certificate else "http"
        cloud = SimulatorControl(f"{scheme}://127.0.0.1:{port}", state, certificate)
        self.wait_until("the cloud answers", cloud.is_up)
        if cloud.url not in [each.url for each in self.observer.clouds]:
            self.observer.clouds.append(cloud)
        return cloud

    def kill(self, *names: str) -> None:
        """Kill the processes of these names, and wait until they have ended."""
        killed = [each for each in self.processes if each.name in names]
        for process in killed:
            process.kill()
        self.wait_until(
            f"{' and '.join(names)} have ended",
            lambda: all(each.has_ended for each in killed),
        )

    def mark_fault(self, what: str) -> None:
        """Log what was just broken or repaired; the time bound counts from here."""
        self.fault_at = time.monotonic()
        self.log(f"*** {what}")

    def since_fault(self) -> float:
        """Return the seconds since then, less the machine's delay of the drill."""
        lag = self.observer.lag_since(self.fault_at)
        return time.monotonic() - self.fault_at - lag

    def check(self, holds: bool, what: str) -> None:
        """Note a problem unless this holds."""
        if not holds:
            self.observer.problems.append(f"not so: {what}")

    def live_clusters(self) -> list[LiveCluster]:
        """Return the live clusters of all clouds."""
        return [
            each
            for cloud in self.observer.clouds
            for each in cloud.live_clusters(time.time())
        ]

    # -- people ------------------------------------------------------------------

    def connect(self, name: str, url: str, *, css: str = "") -> CloudProject:
        """Connect a cloud project, or change its URLs: of IAM and VPC, and of CSS."""
        return actors.connect(name, iam=url, css=css or url)

    def submit(
        self, name: str = "logs", *, project: CloudProject | None = None, **spec: Any
    ) -> ClusterRequest:
        """Submit a request as Alice; `spec` holds fields that differ from the default."""
        request = actors.submit(
            self.people["alice"],
            project or self.project,
            name,
            **{"enterprise_project_id": self.enterprise_project, **spec},
        )
        self.requests.append(request)
        return request

    def approved_request(
        self, name: str = "logs", *, project: CloudProject | None = None
    ) -> ClusterRequest:
        """Submit a request as Alice and approve it as Bob."""
        request = self.submit(name, project=project)
        actors.approve(request, self.people["bob"])
        return request

    def fresh_project(self) -> CloudProject:
        """Return the cloud project as it is in the database now."""
        self.project.refresh_from_db()
        return self.project

    # -- what there is ------------------------------------------------------------

    def create_times(self, cloud: SimulatorControl | None = None) -> list[float]:
        """Return when each create body came, in seconds since 1970."""
        return [
            datetime.fromisoformat(each["at"]).timestamp()
            for each in (cloud or self.cloud).creates()
        ]

    def _read_pages(self, request: ClusterRequest) -> None:
        # The cluster is read again after the page: it may have broken in between.
        if (
            self._has_cluster(request)
            and self.alice.shows_failed(request)
            and self._has_cluster(request)
        ):
            self.observer.problems.append(
                f"a page says failed, and {request.name} has a cluster"
            )

    def _has_cluster(self, request: ClusterRequest) -> bool:
        """Whether the clouds have exactly one cluster of this request, not a broken one."""
        own = [
            each
            for each in self.live_clusters()
            if str(request.id) in each.tags.values()
        ]
        return len(own) == 1 and not own[0].is_broken
