"""What the tests of every folder share: services that may or may not be there."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from amqp import AMQPError
from django.conf import settings
from hypothesis import settings as hypothesis_settings
from kombu import Connection
from kombu.exceptions import OperationalError
from playwright.sync_api import expect
from redis import Redis, RedisError

from clusters.models.catalog import forget_catalogs
from tests import distribution, postgres, queues, shared
from tests.missing import no_answer, not_there
from tests.services.migrated import MigratedDatabases
from tests.variables import variable

SECONDS = 3
PATIENCE_MS = 120_000
"""How long a page may take to show what is expected; no test is about that time."""

# Thousands of tests are objects that live to the end: looking through them again and
# again for garbage was a fifth of the processor's time.
gc.disable()

# No example has to be quick: a busy machine would fail it.
hypothesis_settings.register_profile("portal", deadline=None)
hypothesis_settings.load_profile("portal")


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Answer `--numprocesses auto`."""
    return distribution.processes()


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Any
) -> distribution.SlowFirst | None:
    """Give the slow files out first where files are given out as a whole."""
    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False  # by the number of tests
    return distribution.SlowFirst(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each process of pytest-xdist where the folder of this run is."""
    node.workerinput["shared_folder"] = str(shared.folder_of(node.config))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what the processes of this run have shared."""
    shared.remove(config)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow files first, after pytest has put together what shares a fixture."""
    distribution.slow_first(items)


def pytest_collection_finish() -> None:
    """Look for garbage from now on, but not among what was collected."""
    gc.enable()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_catalog_of_another_test() -> None:
    """Forget what this process parsed: the rows of two tests may look alike."""
    forget_catalogs()


@pytest.fixture(scope="session")
def shared_folder(pytestconfig: pytest.Config) -> Path:
    """A folder that all processes of this test run share; see `tests.shared`."""
    return shared.folder_of(pytestconfig)


@pytest.fixture(scope="session")
def migrated(shared_folder: Path) -> MigratedDatabases:
    """Databases to copy; all processes of a test run share them."""
    return MigratedDatabases(shared_folder)


@pytest.fixture(scope="session")
def django_db_keepdb(
    django_db_modify_db_settings_parallel_suffix: None, migrated: MigratedDatabases
) -> bool:
    """Whether this process has its database already: a copy, where it is a file."""
    own = settings.DATABASES["default"]
    if not own["ENGINE"].endswith("sqlite3"):
        return False
    migrated.copy(f"sqlite:///{own['TEST']['NAME']}")
    return True


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The URL of an empty database of this test's own, dropped when the test ends."""
    with postgres.empty_database() as url:
        yield url


@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.nightly), "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/portal.sqlite3"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The URL of a Redis that others use too: take `queue_name` as prefix."""
    url = variable("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
    try:
        with Redis.from_url(url, socket_connect_timeout=SECONDS) as redis:
            redis.ping()
    except (OSError, RedisError):
        no_answer("Redis", "TEST_REDIS_URL", url)
    return url


@pytest.fixture(scope="session")
def amqp_url() -> str:
    """The URL of a RabbitMQ that others use too: take `queue_name`."""
    url = variable("TEST_AMQP_URL", "amqp://guest:guest@127.0.0.1:5672//")
    try:
        with Connection(url, connect_timeout=SECONDS) as connection:
            connection.ensure_connection(max_retries=0, timeout=SECONDS)
    except (OSError, OperationalError, AMQPError):
        no_answer("RabbitMQ", "TEST_AMQP_URL", url)
    return url


@pytest.fixture
def queue_name(request: pytest.FixtureRequest) -> Iterator[str]:
    """A CELERY_QUEUE of this test's own; what it leaves in a service is removed."""
    name = queues.new_name()
    yield name
    # Asked for late: a fixture may have taken one by its name meanwhile.
    used = {"redis_url", "amqp_url"} & set(request.fixturenames)
    queues.forget(name, **{url: request.getfixturevalue(url) for url in used})


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        not_there("needs Chromium on PATH: the chromium package")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs an event loop
    expect.set_options(timeout=PATIENCE_MS)
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: str) -> dict[str, Any]:
    """What pytest-playwright starts."""
    no_sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": chromium, "args": no_sandbox}
