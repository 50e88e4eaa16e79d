"""Run the bad requests on a new database of each kind."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests import postgres

ROOT: Final = Path(__file__).resolve().parents[3]
DATABASES: Final = ("sqlite", "postgres")
_RUN: Final = "tests.flows.bad_requests.run"
_SETTINGS: Final = "tests.flows.bad_requests.settings"


def run(url: str, count: int, *, seed: str, only: str = "") -> Iterator[dict[str, Any]]:
    """Yield what each page answered: page, statuses, faults."""
    command = [sys.executable, "-m", _RUN, str(count), seed, *filter(None, [only])]
    variables = {"DJANGO_SETTINGS_MODULE": _SETTINGS, "BAD_REQUESTS_DATABASE": url}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield json.loads(line)
    assert process.returncode == 0, "the run itself ended with an error"


@contextmanager
def new_database(kind: str) -> Iterator[str]:
    """Yield the URL of an empty database, and remove it afterwards."""
    if kind == "sqlite":
        with TemporaryDirectory(prefix="bad-requests-") as folder:
            yield f"sqlite:///{folder}/portal.sqlite3"
        return
    name = f"portal_test_{uuid.uuid4().hex}"
    with postgres.connect() as server:
        postgres.create(server, name)
        try:
            yield postgres.url_of(name)
        finally:
            postgres.drop(server, name)
