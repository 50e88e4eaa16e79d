"""The services of compose.yaml as plain processes, on the files of the image."""

import compileall
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.services.round_robin import RoundRobin
from tests.services.stack import KEY, ROOT, Stack, free_port, wait_for

WEBS, WORKERS = ("web-1", "web-2"), ("worker-1", "worker-2")


def named_for_the_image(root: Path = ROOT) -> list[str]:
    """Return what .dockerignore lets into the image, at the top level."""
    lines = (root / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines, "everything goes in"
    return [line.removeprefix("!") for line in lines if line.startswith("!")]


def copy_image(folder: Path) -> None:
    """Make what `COPY . .` of the Dockerfile makes."""
    folder.mkdir()
    for name in named_for_the_image():
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.py[cod]")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy2(ROOT / name, folder / name)


@dataclass
class Layout(Stack):
    """Two webs behind TLS, two workers and one beat; secrets come in files."""

    settings: str = "portal.settings"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.root = self.folder / "app"
        self.ports = {name: free_port() for name in WEBS}
        self.proxy = RoundRobin(list(self.ports.values()), self.folder)
        self.url = f"https://127.0.0.1:{self.proxy.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of compose.yaml, with the tests' times."""
        secrets = {
            "SECRET_KEY": "only-for-tests-" * 4,
            "ENCRYPTION_KEYS": KEY,
            "DATABASE_URL": self.database_url,
        }
        return {
            **super().environment,
            **dict.fromkeys(secrets, ""),
            **{
                f"{name}_FILE": self._file(name, text) for name, text in secrets.items()
            },
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "DEBUG": "",
            "TRUST_PROXY": "on",
            "WEB_CONCURRENCY": "1",
            **self.changes,
        }

    def start(self) -> "Layout":
        """Build, migrate, connect the simulator, start, and wait until all answer."""
        copy_image(self.root)
        # Once here, instead of in each of the processes.
        compileall.compile_dir(self.root, quiet=1)
        self.manage("collectstatic", "--no-input")
        self.manage("migrate")
        self.start_simulator()
        logins = str(self.folder / "logins")
        self.manage(
            "seed_demo", "--simulator-url", self.simulator_url, "--logins", logins
        )
        for name in (*WORKERS, "beat", *WEBS):
            self.start_one(name)
        for name in WEBS:
            wait_for(self.asks_alive(name))
        return self

    def start_one(self, name: str) -> None:
        """Start a process as the image does: entry point and Procfile."""
        command = [
            "sh",
            str(self.root / "portal" / "entrypoint.sh"),
            name.split("-", maxsplit=1)[0],
        ]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command,
                cwd=self.root,
                env=self._environment_of(name),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """Kill all processes of one container at once."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes.pop(name).wait()

    def asks_alive(self, name: str) -> Callable[[], bool]:
        """Return the health check of this web."""
        command = [sys.executable, "-I", "portal/healthcheck.py"]

        def ask() -> bool:
            environment = self._environment_of(name)
            done = subprocess.run(command, cwd=self.root, env=environment, check=False)
            return done.returncode == 0

        return ask

    def _environment_of(self, name: str) -> dict[str, str]:
        return {**self.environment, "PORT": str(self.ports.get(name, 8000))}

    def _file(self, name: str, text: str) -> str:
        file = self.folder / name.lower()
        # Once: a process that starts must not find it emptied for the next one.
        if not file.exists():
            file.write_text(f"{text}\n", encoding="utf-8")
        return str(file)
