"""The portal's real processes on a broker and a database, driven over HTTP."""

import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import requests

from tests.services.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 180
KEY = "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMDA="


def wait_for(what: Callable[[], Any], *, seconds: float = PATIENCE) -> Any:
    """Call `what` until it returns something true, and return that; fail after `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s in vain")


@dataclass
class Stack:
    """Web, worker with beat, and the simulator cloud, each a process of its own."""

    folder: Path
    database_url: str
    broker_url: str
    cache_url: str = ""
    queue: str = "portal-test"
    root: Path = ROOT
    settings: str = "tests.services.quick_settings"
    changes: dict[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.web_port, self.simulator_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.web_port}"
        self.simulator_url = f"http://127.0.0.1:{self.simulator_port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables of every process."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": self.settings,
            "DEBUG": "on",
            "SECRET_KEY": "only-for-tests-" * 4,
            "ENCRYPTION_KEYS": KEY,
            "PUBLIC_URL": self.url,
            "ALLOWED_CLOUD_HOSTS": "127.0.0.1",
            "BIND_ADDRESS": "",
            "PORT": str(self.web_port),
            "DATABASE_URL": self.database_url,
            "CELERY_BROKER_URL": self.broker_url,
            "CELERY_QUEUE": self.queue,
            "CACHE_URL": self.cache_url,
            "POLL_SECONDS": "0.5",
            "RECONCILE_SECONDS": "0.5",
            "CONNECT_TIMEOUT": "2",
            "READ_TIMEOUT": "5",
            "WORKER_THREADS": "8",
            **self.changes,
        }

    def migrate(self) -> None:
        """Migrate the database."""
        self.manage("migrate")

    def start(self, *, migrate: Callable[["Stack"], None] | None = None) -> "Stack":
        """Start everything and wait until it answers."""
        (migrate or type(self).migrate)(self)
        self.start_simulator()
        self.manage(
            "seed_demo",
            "--simulator-url",
            self.simulator_url,
            "--logins",
            str(self.folder / "logins"),
        )
        self.start_worker("worker")
        self.start_program("beat", "celery", "--app", "portal", "beat")
        self.start_web("--threads", "4")
        return self

    def start_web(self, *changes: str) -> None:
        """Start gunicorn as the product does, with one process and these changes."""
        config = ("--config", "python:portal.web_settings")
        self.start_program("web", "gunicorn", "portal.wsgi", *config, *changes)
        wait_for(lambda: answers(f"{self.url}/livez"))

    def start_simulator(self) -> None:
        """Start the simulator; its clusters survive a restart."""
        state = str(self.folder / "simulator.json")
        port = str(self.simulator_port)
        arguments = ("--port", port, "--state", state, "--build-seconds", "1")
        self._start_python("simulator", "manage.py", "simulator", *arguments)
        wait_for(lambda: answers(f"{self.simulator_url}/_simulator/calls"))

    def start_worker(self, name: str) -> None:
        """Start one more worker process."""
        self.start_program(
            name,
            "celery",
            "--app",
            "portal",
            "worker",
            "--pool",
            "threads",
            "--hostname",
            f"{name}@%h",
            "--without-gossip",
            "--without-mingle",
        )

    def kill(self, name: str) -> None:
        """Send SIGKILL to a process, and wait for its end."""
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes.pop(name).wait()

    def stop(self) -> None:
        """Stop everything, the simulator last."""
        for process in reversed(self.processes.values()):
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def log(self, name: str) -> str:
        """Return what a process has written so far."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def calls(self) -> dict[str, Any]:
        """Return the simulator's journal."""
        answer = requests.get(f"{self.simulator_url}/_simulator/calls", timeout=60)
        journal: dict[str, Any] = answer.json()
        return journal

    def creates(self, name: str) -> list[dict[str, Any]]:
        """Return the creates of a cluster of this name that reached the simulator."""
        creates: list[dict[str, Any]] = self.calls()["creates"]
        return [one for one in creates if one["body"]["cluster"]["name"] == name]

    def inject(self, **faults: str | float | None) -> None:
        """Inject faults into the simulator; None switches one off."""
        url = f"{self.simulator_url}/_simulator/faults"
        requests.put(url, json=faults, timeout=60).raise_for_status()

    def person(self, name: str) -> "Person":
        """Return this person, signed in."""
        logins = (self.folder / "logins").read_text().split()
        password = dict(zip(logins[::2], logins[1::2], strict=True))[name]
        return Person(self, name, password)

    def start_program(self, name: str, module: str, *arguments: str) -> None:
        """Start a module of Python as one of the processes."""
        self._start_python(name, "-m", module, *arguments)

    def _start_python(self, name: str, *arguments: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=self.root,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


class HasUrl(Protocol):
    """A portal that answers somewhere."""

    @property
    def url(self) -> str:
        """Its origin."""


class Person:
    """A signed-in person with a browser without JavaScript."""

    def __init__(self, stack: Stack | HasUrl, name: str, password: str) -> None:
        self._url = stack.url
        self._session = requests.Session()
        self.get("/login/")
        self.post("/login/", username=name, password=password)
        assert "sessionid" in self._session.cookies, f"{name} could not sign in"

    def get(self, path: str) -> str:
        """Return a page."""
        answer = self._call("GET", path)
        assert answer.status_code < 500, answer.text
        return answer.text

    def post(self, path: str, **fields: Any) -> requests.Response:
        """Post a form and follow where it leads."""
        token = self._session.cookies.get("csrftoken", "")
        return self._call(
            "POST",
            path,
            data={"csrfmiddlewaretoken": token, **fields},
            headers={"Referer": self._url + path},
        )

    def _call(self, method: str, path: str, **more: Any) -> requests.Response:
        answer = self._session.request(method, self._url + path, timeout=60, **more)
        # One connection per call: web may close an idle one just when the next call begins.
        self._session.close()
        return answer

    def ask(self, name: str, **changes: Any) -> str:
        """Ask for a cluster in the first network that is offered; returns its path."""
        wait_for(lambda: NETWORK["subnet_id"] in self.get(FORM))
        fields = {
            "cloud_project": "demo",
            "name": name,
            "flavor": "ess.spec-4u16g",
            "instance_num": "3",
            "volume_type": "HIGH",
            "volume_size": "100",
            "submission_key": str(uuid.uuid4()),
            **NETWORK,
            **changes,
        }
        answer = self.post("/requests/new/", **fields)
        path = answer.url.removeprefix(self._url)
        assert re.fullmatch(r"/requests/[0-9a-f-]{36}/", path), answer.text
        return path

    def approve(self, path: str) -> requests.Response:
        """Approve what the page shows."""
        shown = re.search(r'name="body_sha256" value="([0-9a-f]{64})"', self.get(path))
        assert shown, "no decision is offered"
        return self.post(f"{path}approve/", body_sha256=shown[1])

    def state(self, path: str) -> str:
        """Return the state that the page shows."""
        return shown(self.get(path), "state")

    def waits_for(self, path: str, *states: str) -> str:
        """Wait until the page shows one of these states; returns the page."""
        wait_for(lambda: self.state(path) in states)
        return self.get(path)


FORM = "/requests/new/?cloud_project=demo"
NETWORK = {
    "vpc_id": "1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b",
    "subnet_id": "2a3b4c5d-6e7f-4081-92a3-b4c5d6e7f809",
    "security_group_id": "3b4c5d6e-7f80-4192-a3b4-c5d6e7f8091a",
}
"""The first network that the simulator lists."""


def shown(page: str, name: str) -> str:
    """Return the value of a data attribute of a page; empty where it has none."""
    found = re.search(rf'data-{name}="([^"]*)"', page)
    return found[1] if found else ""


def answers(url: str) -> bool:
    """Whether this URL answers with a status below 400."""
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False
