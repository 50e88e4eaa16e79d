"""What the tests of every folder share: services that may or may not be there."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import psycopg
import pytest
from amqp import AMQPError
from hypothesis import settings as hypothesis_settings
from kombu import Connection
from kombu.exceptions import OperationalError
from redis import Redis, RedisError

from tests import postgres
from tests.missing import not_there
from tests.variables import variable

SECONDS = 3

# No example has to be quick: a busy machine would fail it.
hypothesis_settings.register_profile("portal", deadline=None)
hypothesis_settings.load_profile("portal")


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The URL of an empty database of this test's own, dropped when the test ends."""
    try:
        server = postgres.connect()
    except psycopg.OperationalError:
        _no_answer("PostgreSQL", "TEST_POSTGRES_URL", postgres.server_url())
    name = f"portal_test_{uuid.uuid4().hex}"
    with server:
        postgres.create(server, name)
        yield postgres.url_of(name)
        postgres.drop(server, name)


@pytest.fixture(params=["sqlite", "postgres"])
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
        _no_answer("Redis", "TEST_REDIS_URL", url)
    return url


@pytest.fixture(scope="session")
def amqp_url() -> str:
    """The URL of a RabbitMQ that others use too: take `queue_name`."""
    url = variable("TEST_AMQP_URL", "amqp://guest:guest@127.0.0.1:5672//")
    try:
        with Connection(url, connect_timeout=SECONDS) as connection:
            connection.ensure_connection(max_retries=0, timeout=SECONDS)
    except (OSError, OperationalError, AMQPError):
        _no_answer("RabbitMQ", "TEST_AMQP_URL", url)
    return url


@pytest.fixture
def queue_name(request: pytest.FixtureRequest) -> Iterator[str]:
    """A CELERY_QUEUE of this test's own; what it leaves in a service is removed."""
    name = f"portal-test-{uuid.uuid4().hex}"
    yield name
    if "redis_url" in request.fixturenames:
        with Redis.from_url(request.getfixturevalue("redis_url")) as redis:
            for key in redis.scan_iter(f"{name}:*"):
                redis.delete(key)
    if "amqp_url" in request.fixturenames:
        with Connection(request.getfixturevalue("amqp_url")) as connection:
            channel = connection.default_channel
            channel.queue_delete(name)
            channel.exchange_delete(name)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        not_there("needs Chromium on PATH: the chromium package")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs an event loop
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: str) -> dict[str, Any]:
    """What pytest-playwright starts."""
    no_sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": chromium, "args": no_sandbox}


def _no_answer(service: str, name: str, url: str) -> NoReturn:
    where = url.rpartition("@")[2]  # without the password
    not_there(f"needs {service}: nothing answers at {where} ({name})")
