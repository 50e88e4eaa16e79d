"""A running portal for each pair of broker and database."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests import postgres
from tests.queues import forget, new_name
from tests.services.migrated import MigratedDatabases
from tests.services.stack import Stack

nightly = pytest.mark.nightly
PAIRS = (
    pytest.param("files-sqlite", marks=nightly),
    "redis-postgres",
    pytest.param("rabbitmq-postgres", marks=nightly),
)
"""Before each change Redis with PostgreSQL; the crash drill plays on the embedded one."""


@pytest.fixture
def environment() -> dict[str, str]:
    """What a test sets beside the stack's own variables."""
    return {}


@pytest.fixture(params=PAIRS)
def stack(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    environment: dict[str, str],
    migrated: MigratedDatabases,
) -> Iterator[Stack]:
    """The whole portal, started; stopped and its processes gone afterwards."""
    with _pair(request, tmp_path) as made:
        made.changes.update(environment)
        yield made.start(migrate=migrated.copy_to)


@pytest.fixture(params=PAIRS, scope="module")
def shared_stack(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    migrated: MigratedDatabases,
) -> Iterator[Stack]:
    """One portal for all tests of a file, which ask for clusters of different names."""
    with _pair(request, tmp_path_factory.mktemp("stack")) as made:
        yield made.start(migrate=migrated.copy_to)


@contextmanager
def _pair(request: pytest.FixtureRequest, folder: Path) -> Iterator[Stack]:
    """Yield a portal on the pair that is the fixture's parameter; nothing runs yet."""
    broker, database = request.param.split("-")
    queue, url = new_name(), f"filesystem://{folder}/broker"
    used = {}
    if name := {"redis": "redis_url", "rabbitmq": "amqp_url"}.get(broker):
        url = used[name] = request.getfixturevalue(name)
    with ExitStack() as until_the_end:
        database_url = f"sqlite:///{folder}/portal.sqlite3"
        if database == "postgres":
            database_url = until_the_end.enter_context(postgres.empty_database())
        until_the_end.callback(forget, queue, **used)
        made = Stack(
            folder=folder, broker_url=url, database_url=database_url, queue=queue
        )
        until_the_end.callback(made.stop)
        yield made
