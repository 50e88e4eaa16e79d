"""The stack of a bench whose cloud is no disk, and modules that run beside it."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import requests

from tests.bench.database import own_database
from tests.services.neighbours import PASSWORD
from tests.services.stack import PATIENCE, Stack, answers, wait_for

BUILD_SECONDS: Final = "3600"
"""As in the real cloud, no cluster is ready before the bench is over."""
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass
class BenchStack(Stack):
    """
    The real processes as in production, without DEBUG, which keeps every query.

    The simulator keeps its state in memory, as quick as it can.
    """

    settings: str = "portal.settings"

    def start_simulator(self) -> None:
        """Start the simulator without a file, which it would write anew at each create."""
        arguments = ("--port", str(self.simulator_port))
        building = ("--build-seconds", BUILD_SECONDS)
        self.start_program(
            "simulator", "tests.bench.broad_cloud", *arguments, *building
        )
        wait_for(lambda: answers(f"{self.simulator_url}/_simulator/calls"))

    def forget_clusters(self) -> None:
        """Delete all clusters and switch all faults off; tokens stay valid."""
        url = f"{self.simulator_url}/_simulator/reset"
        requests.post(url, timeout=PATIENCE).raise_for_status()

    def start_app(self, name: str, module: str) -> None:
        """Start a worker of another Celery app, as the portal's own is started."""
        app = ("--app", module, "worker", "--pool", "threads")
        calm = ("--hostname", f"{name}@%h", "--without-gossip", "--without-mingle")
        self.start_program(name, "celery", *app, *calm)

    def stop_one(self, name: str) -> None:
        """Stop a process as a supervisor does."""
        process = self.processes.pop(name)
        process.terminate()
        process.wait(PATIENCE)

    def accepted(self, name: str = "worker") -> int:
        """Return how many creates this worker says were accepted; the cloud is not asked."""
        return self.log(name).count("cluster.accepted")

    def cpu_seconds(self, name: str) -> float:
        """Return the processor time of a process so far, all threads together."""
        return self.cpu_seconds_of(self.processes[name].pid)

    def cpu_seconds_of(self, number: int) -> float:
        """Return that of the process with this id."""
        stat = Path(f"/proc/{number}/stat").read_text()
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / _TICKS

    def run(self, module: str, *arguments: object) -> Any:
        """Run a module of the benches with the stack's environment; returns its JSON."""
        done = subprocess.run(
            [sys.executable, "-m", module, *map(str, arguments)],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=5 * PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@contextmanager
def bench_stack(**changes: str) -> Iterator[tuple[BenchStack, str]]:
    """Start a portal of its own and stop it; gives it and what it runs on, in words."""
    with TemporaryDirectory() as folder, own_database() as (database, words):
        stack = BenchStack(
            folder=Path(folder),
            database_url=database,
            broker_url=os.environ.get("CELERY_BROKER_URL")
            or f"filesystem://{folder}/broker",
            queue=f"portal-bench-{uuid.uuid4().hex}",
            changes={"DEBUG": "off", "CLOUD_PASSWORD": PASSWORD, **changes},
        )
        broker = stack.broker_url.partition(":")[0]
        try:
            # Without DEBUG, pages name these files by their hash.
            stack.manage("collectstatic", "--no-input")
            stack.start()
            yield stack, f"{words}, broker {broker}"
        finally:
            stack.stop()
