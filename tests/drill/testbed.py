"""One row's own small portal: a database, a broker, a cloud, workers and beat."""

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
from tests.drill.cloud import SimulatorControl, run_cloud
from tests.drill.failpoints import Failpoint
from tests.drill.fork_server import ForkRequest
from tests.drill.observer import Watch
from tests.drill.pages import Browser
from tests.drill.process import Process
from tests.drill.setting import Setting, free_port
from tests.drill.worker import run_beat, run_worker


class InVain(Exception):
    """The drill waited for something that did not come."""


class NotReached(InVain):
    """A worker never came to the point at which the drill wanted to strike."""


class Stage:
    """What a row plays on. `struck_at` is when its fault happened, for its time bound."""

    def __init__(
        self, setting: Setting, nursery: Connection, say: Callable[[str], None]
    ) -> None:
        self.setting = setting
        self.clock = setting.clock
        self.variant = setting.variant
        self.random = Random(f"{setting.seed} {setting.row}")  # noqa: S311 - a drill
        self.folder = Path(setting.folder)
        self.say = say
        self.watch = Watch(setting.clock, say)
        self.processes: list[Process] = []
        self.rows: list[ClusterRequest] = []
        self.enterprise_project = ""
        self.struck_at = time.monotonic()
        self._nursery = nursery

    def open(self) -> None:
        """Start the cloud and let people in; the row says when workers and beat come."""
        self.people = actors.invite()
        self.alice = Browser(self.people["alice"])
        self.cloud = self.start_cloud("cloud", tls=self.setting.tls)
        self.project = self.connect("demo", self.cloud.url)
        self.watch.on_move = self._read_pages

    # -- processes ---------------------------------------------------------------

    def start(self, name: str, target: Callable[..., None], *arguments: Any) -> Process:
        """Have the nursery fork a process."""
        connections.close_all()
        log = self.folder / f"{name}.log"
        self._nursery.send(ForkRequest(target=target, arguments=arguments, log=log))
        process = Process(
            name=name,
            pid=self._nursery.recv(),
            log=log,
            reached_file=self.folder / f"{name}.reached",
        )
        self.processes.append(process)
        return process

    def worker(
        self, name: str = "w1", points: Sequence[Failpoint] = (), *, off: float = 0.0
    ) -> Process:
        """Start a worker with these points in it, its clock off by so many seconds."""
        self.say(f"{name} starts")
        reached = self.folder / f"{name}.reached"
        return self.start(name, run_worker, name, tuple(points), reached, off)

    def beat(self) -> Process:
        """Start the one beat."""
        return self.start("beat", run_beat)

    def start_cloud(
        self,
        name: str,
        *,
        tls: bool = False,
        port: int = 0,
        certificate: Path | None = None,
    ) -> SimulatorControl:
        """
        Start one more simulated cloud; one of the same name keeps its clusters.

        With `tls` it has the certificate of the setting, else the given one or none.
        """
        certificate = Path(self.setting.certificate) if tls else certificate
        port, state = port or free_port(), self.folder / f"{name}.json"
        build = self.clock.build
        self.start(name, run_cloud, port, state, build, certificate)
        scheme = "https" if certificate else "http"
        cloud = SimulatorControl(f"{scheme}://127.0.0.1:{port}", state, certificate)
        self.until("the cloud answers", cloud.answers)
        if cloud.url not in [each.url for each in self.watch.clouds]:
            self.watch.clouds.append(cloud)
        return cloud

    def until_ready(self, *workers: Process) -> None:
        """Wait until these workers take messages."""
        names = " and ".join(each.name for each in workers)
        self.until(f"{names} is ready", lambda: all(each.is_ready for each in workers))

    def end(self, *names: str) -> None:
        """Kill these processes and wait until they are gone."""
        for process in self.processes:
            if process.name in names:
                process.kill()
        self.until(
            f"{' and '.join(names)} are gone",
            lambda: all(each.is_gone for each in self.processes if each.name in names),
        )

    def trigger(self, what: str) -> None:
        """Say what just broke; the row's time counts from here."""
        self.struck_at = time.monotonic()
        self.say(f"*** {what}")

    def since_strike(self) -> float:
        """Return the time since then, without what the machine kept us waiting."""
        lag = self.watch.lag_since(self.struck_at)
        return time.monotonic() - self.struck_at - lag

    def must(self, holds: bool, what: str) -> None:
        """Note a problem unless this holds."""
        if not holds:
            self.watch.problems.append(f"not so: {what}")

    # -- people ------------------------------------------------------------------

    def connect(self, name: str, url: str, *, css: str = "") -> CloudProject:
        """Connect a cloud project, or connect it anew."""
        return actors.connect(name, iam=url, css=css or url)

    def ask(
        self, name: str = "logs", *, project: CloudProject | None = None, **spec: Any
    ) -> ClusterRequest:
        """Alice asks; `spec` is what differs from the usual."""
        row = actors.ask(
            self.people["alice"],
            project or self.project,
            name,
            **{"enterprise_project_id": self.enterprise_project, **spec},
        )
        self.rows.append(row)
        return row

    def approved(
        self, name: str = "logs", *, project: CloudProject | None = None
    ) -> ClusterRequest:
        """Alice asks, and Bob approves."""
        row = self.ask(name, project=project)
        actors.approve(row, self.people["bob"])
        return row

    # -- waiting -----------------------------------------------------------------

    def until(
        self, what: str, is_so: Callable[[], Any], *, seconds: float | None = None
    ) -> Any:
        """
        Wait until this returns something true, and return it; say what happens meanwhile.

        :raises InVain: if it never does
        """
        longest = self.clock.longest_unsure(3) + 30 if seconds is None else seconds
        began = time.monotonic()
        while time.monotonic() - began - self.watch.lag_since(began) < longest:
            self.watch.look()
            if found := is_so():
                return found
            time.sleep(self.watch.nap)
        raise InVain(f"waited {longest:.0f} s in vain: {what}")

    def until_state(self, row: ClusterRequest, *states: str) -> None:
        """
        Wait until a request is in one of these states, or was since now.

        :raises InVain: if it never is
        """
        self.watch.look()
        moved = self.watch.moved[row.id]
        first = max(len(moved) - 1, 0)
        try:
            self.until(
                f"{row.name} is {' or '.join(states)}",
                lambda: any(state in states for state, _ in moved[first:]),
            )
        except InVain as vain:
            path = " ".join(state for state, _ in moved)
            row.refresh_from_db()
            raise InVain(f"{vain}; seen: {path}; now: {row.state}") from vain

    def until_reached(self, process: Process, times: int = 1) -> None:
        """
        Wait until the worker came to its point.

        :raises NotReached: if it never did
        """
        try:
            self.until(
                f"{process.name} comes to its point",
                lambda: len(process.reached) >= times,
                seconds=30,
            )
        except InVain as vain:
            raise NotReached(f"{process.name} never reached its point") from vain

    def until_created(
        self, number: int = 1, *, cloud: SimulatorControl | None = None
    ) -> Any:
        """Wait until so many create bodies came whole; returns the last of them."""
        where = cloud or self.cloud
        self.until(f"create {number} arrives", lambda: len(where.creates()) >= number)
        return where.creates()[number - 1]

    def moments_of_creates(self, cloud: SimulatorControl | None = None) -> list[float]:
        """Return when each create body came, in seconds since 1970."""
        return [
            datetime.fromisoformat(each["at"]).timestamp()
            for each in (cloud or self.cloud).creates()
        ]

    def fresh_project(self) -> CloudProject:
        """Return the cloud project as it is now."""
        self.project.refresh_from_db()
        return self.project

    def rest(self, seconds: float) -> None:
        """Let so much time pass, and say what happens meanwhile."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.watch.look()
            time.sleep(self.watch.nap)

    def _read_pages(self, row: ClusterRequest) -> None:
        # Asked again after the page: it may have broken while that was rendered.
        if self._lives(row) and self.alice.says_failed(row) and self._lives(row):
            self.watch.problems.append(f"a page says failed, and {row.name} lives")

    def _lives(self, row: ClusterRequest) -> bool:
        """Whether the clouds have one cluster of this request, and it is well."""
        living = [
            each for cloud in self.watch.clouds for each in cloud.living(time.time())
        ]
        mine = [each for each in living if str(row.id) in each.tags.values()]
        return len(mine) == 1 and not mine[0].is_broken
