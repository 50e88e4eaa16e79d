"""A running portal for each pair of broker and database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.migrated import MigratedDatabases, migrated_databases
from tests.services.stack import Stack

PAIRS = ("files-sqlite", "redis-postgres", "rabbitmq-postgres")


@pytest.fixture
def environment() -> dict[str, str]:
    """What a test sets beside the stack's own variables."""
    return {}


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MigratedDatabases]:
    """Databases to copy; the tests of one process share them."""
    with migrated_databases(tmp_path_factory.mktemp("migrated")) as made:
        yield made


@pytest.fixture(params=PAIRS)
def stack(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    queue_name: str,
    environment: dict[str, str],
    migrated: MigratedDatabases,
) -> Iterator[Stack]:
    """The whole portal, started; stopped and its processes gone afterwards."""
    made = _stack(request, tmp_path, queue_name)
    made.changes.update(environment)
    try:
        yield made.start(migrate=migrated.copy_to)
    finally:
        made.stop()


def _stack(request: pytest.FixtureRequest, folder: Path, queue: str) -> Stack:
    broker, database = request.param.split("-")
    urls = {
        "files": lambda: f"filesystem://{folder}/broker",
        "redis": lambda: request.getfixturevalue("redis_url"),
        "rabbitmq": lambda: request.getfixturevalue("amqp_url"),
        "sqlite": lambda: f"sqlite:///{folder}/portal.sqlite3",
        "postgres": lambda: request.getfixturevalue("postgres_url"),
    }
    return Stack(
        folder=folder,
        broker_url=urls[broker](),
        database_url=urls[database](),
        queue=queue,
    )
