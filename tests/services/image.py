"""The portal's processes in containers of its image, which buildah starts in a chroot."""

import json
import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.services.stack import Stack, wait_for
from tests.unit.portal.test_env_example import listed

KINDS: Final = ("worker", "beat", "web")
_SECRETS: Final = ("SECRET_KEY", "ENCRYPTION_KEYS", "DATABASE_URL", "CELERY_BROKER_URL")


@dataclass(frozen=True)
class Image:
    """An image in the store that these options of buildah name."""

    buildah: tuple[str, ...]
    name: str

    @classmethod
    def of_environment(cls) -> "Image | None":
        """Return what .ci/image has built, as TEST_IMAGE and TEST_BUILDAH say."""
        words = shlex.split(os.environ.get("TEST_BUILDAH") or "buildah")
        name = os.environ.get("TEST_IMAGE")
        return cls(tuple(words), name) if name else None

    def config(self) -> dict[str, Any]:
        """Return what the Dockerfile says of how it is run."""
        said = self.call("inspect", "--type", "image", self.name)
        config: dict[str, Any] = json.loads(said)["Docker"]["config"]
        return config

    @contextmanager
    def container(self, *options: str) -> Iterator["Container"]:
        """Create a container of it, and remove it at the end."""
        name = self.call("from", "--pull-never", self.name).strip()
        try:
            yield Container(self, name, options)
        finally:
            self.call("rm", name)

    def call(self, *words: str) -> str:
        """Run buildah; return what it printed."""
        done = subprocess.run(
            [*self.buildah, *words], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@dataclass(frozen=True)
class Container:
    """A container with its own file system, and network and processes of this machine."""

    image: Image
    name: str
    options: tuple[str, ...]

    def command(self, *words: str) -> list[str]:
        """Return the command line that runs this command in it, as the user of the image."""
        # As in compose.yaml: no capability is left, and none can be gained.
        how = ("--isolation", "chroot", "--cap-drop", "all", *self.options)
        return [*self.image.buildah, "run", *how, self.name, "--", *words]

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run this command in it, and wait for its end."""
        return subprocess.run(
            self.command(*words),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@dataclass
class ImageStack(Stack):
    """
    Web, worker and beat by the entry point of the image, and the simulator beside them.

    Secrets come in files, as compose.yaml hands them over.
    """

    image: Image = field(kw_only=True)
    containers: dict[str, Container] = field(default_factory=dict)
    rooms: ExitStack = field(default_factory=ExitStack)

    def start(self, **_: Any) -> "ImageStack":
        """Migrate, connect the simulator, start, and wait until web is healthy."""
        # Whoever the image runs as writes the simulator's state and the logins there.
        self.folder.chmod(0o777)
        self.migrate()
        self.start_simulator()
        logins = str(self.folder / "logins")
        self.manage(
            "seed_demo", "--simulator-url", self.simulator_url, "--logins", logins
        )
        entrypoint = self.image.config()["Entrypoint"]
        for kind in KINDS:
            self._start_process(kind, *entrypoint, kind)
        wait_for(self.is_healthy)
        return self

    def stop(self) -> None:
        super().stop()
        self.rooms.close()

    def is_healthy(self) -> bool:
        """Run the image's own health check beside its web."""
        kind, *check = self.image.config()["Healthcheck"]["Test"]
        assert kind == "CMD"
        return self._container("web").run(*check).returncode == 0

    def users(self) -> set[int]:
        """Return who runs the processes of this portal."""
        found, ours = set(), f"CELERY_QUEUE={self.queue}".encode()
        for each in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if ours in (each / "environ").read_bytes().split(b"\0"):
                    found.add(each.stat().st_uid)
        return found

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py in a container of its own."""
        done = self._container("manage").run("python", "manage.py", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _start_python(self, name: str, *arguments: str) -> None:
        self._start_process(name, "python", *arguments)

    def _start_process(self, name: str, *words: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self._container(name).command(*words),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _container(self, name: str) -> Container:
        if name not in self.containers:
            made = self.image.container(*self._options())
            self.containers[name] = self.rooms.enter_context(made)
        return self.containers[name]

    def _options(self) -> tuple[str, ...]:
        secrets = self.folder / "secrets"
        secrets.mkdir(exist_ok=True)
        variables = {
            name: self.environment[name]
            for name in set(listed()) & set(self.environment)
        }
        for name in _SECRETS:
            (secrets / name.lower()).write_text(f"{variables.pop(name)}\n")
            variables[f"{name}_FILE"] = f"/run/secrets/{name.lower()}"
        volumes = (f"{self.folder}:{self.folder}", f"{secrets}:/run/secrets:ro")
        settings = [
            f"--env={name}={value}" for name, value in variables.items() if value
        ]
        return (*(f"--volume={each}" for each in volumes), *settings)
