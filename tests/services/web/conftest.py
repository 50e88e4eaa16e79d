"""Two web servers on empty databases: one with long deadlines, one with short ones."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.services.migrated import MigratedDatabases
from tests.services.stack import Stack
from tests.services.web.wire import Wire

THREADS = 2
_WORKERS = "tests.services.web.hurried"
HURRIED = ("--worker-class", f"{_WORKERS}.HurriedWorker")
PATIENT = ("--worker-class", f"{_WORKERS}.PatientWorker")
STOPPING = ("--worker-class", f"{_WORKERS}.StoppingWorker")


@pytest.fixture(scope="module")
def web(
    tmp_path_factory: pytest.TempPathFactory, migrated: MigratedDatabases
) -> Iterator[Stack]:
    """The product's limits but for the deadlines, and fewer threads."""
    folder = tmp_path_factory.mktemp("web")
    # At the end it would be as patient with clients that the tests have left.
    soon = ("--graceful-timeout", "1")
    with running_web(folder, migrated, *PATIENT, *soon) as started:
        yield started


@pytest.fixture(scope="module")
def hurried(
    tmp_path_factory: pytest.TempPathFactory, migrated: MigratedDatabases
) -> Iterator[Stack]:
    """A second instead of ten, and at most ten connections."""
    folder = tmp_path_factory.mktemp("hurried")
    few = ("--worker-connections", "10")
    with running_web(folder, migrated, *HURRIED, *few) as started:
        yield started


@pytest.fixture
def wire(web: Stack) -> Iterator[Wire]:
    """A connection to the patient web."""
    opened = Wire(web.web_port)
    yield opened
    opened.close()


@contextmanager
def running_web(
    folder: Path, migrated: MigratedDatabases, *changes: str, open_files: int = 0
) -> Iterator[Stack]:
    """Start a web alone, with these changes of gunicorn's command line."""
    stack = Stack(
        folder=folder,
        database_url=f"sqlite:///{folder}/portal.sqlite3",
        broker_url=f"filesystem://{folder}/broker",
    )
    try:
        migrated.copy_to(stack)
        with _limited(open_files):
            stack.start_web("--threads", str(THREADS), *changes)
        yield stack
    finally:
        stack.stop()


@contextmanager
def _limited(open_files: int) -> Iterator[None]:
    """Let what is started meanwhile open no more than so many files; 0 for any."""
    usual, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_files or usual, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (usual, most))
