"""Broker and cache over TLS: a server without the right certificate gets no password."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from kombu import Connection
from kombu.exceptions import OperationalError
from redis import RedisError

from clusters.operations.core.broker_trouble import word_for
from portal.caches.redis import RedisCache
from portal.celery import app
from portal.tls import broker_over_tls, cache_over_tls
from tests.services.certificates import Files, issue
from tests.services.migrated import MigratedDatabases
from tests.services.redis_servers import redis_server
from tests.services.stack import Stack, answers, wait_for
from tests.services.tls_front import tls_front

pytestmark = pytest.mark.services

Connect = Callable[..., Any]
REFUSED = (RedisError, OperationalError)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return issue(tmp_path_factory.mktemp("ours") / "pem")


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Of an authority with the same names."""
    return issue(tmp_path_factory.mktemp("others") / "pem")


@pytest.fixture(scope="module")
def redis_port(tmp_path_factory: pytest.TempPathFactory, ours: Files) -> Iterator[int]:
    """The port of a Redis that speaks nothing but TLS."""
    options = ("--tls-cert-file", ours.certificate, "--tls-key-file", ours.key)
    options += ("--tls-ca-cert-file", ours.ca, "--tls-auth-clients", "no")
    folder = tmp_path_factory.mktemp("redis")
    tls = {"ssl_ca_certs": str(ours.ca)}
    with redis_server(folder, *map(str, options), tls=tls) as port:
        yield port


@pytest.fixture
def rabbit(amqp_url: str, ours: Files) -> Iterator[str]:
    """The URL of RabbitMQ behind TLS, with HOST for the host."""
    parts = urlsplit(amqp_url)
    with tls_front(ours, parts.hostname or "", parts.port or 5672) as port:
        login = parts.netloc.rpartition("@")[0]
        yield f"amqps://{login}@HOST:{port}{parts.path}"


def connect_broker(url: str, ca_file: Path | None) -> None:
    """Connect as the portal does."""
    url, options = broker_over_tls("NAME", url, ca_file=str(ca_file or ""))
    assert app  # which tells kombu of our transports
    with Connection(url, ssl=options, connect_timeout=5) as connection:
        connection.ensure_connection(max_retries=0, timeout=5)
        # Once more, with what the first time left behind.
        connection.collect()
        connection.ensure_connection(max_retries=0, timeout=5)


def connect_cache(url: str, ca_file: Path | None) -> None:
    """Connect as the portal does."""
    settings = {"LOCATION": url, "OPTIONS": {}}
    made = cache_over_tls("NAME", settings, ca_file=str(ca_file or ""))
    RedisCache(url, made).get("key")


@pytest.fixture(params=["redis", "rabbitmq", "cache"])
def connect(request: pytest.FixtureRequest) -> Connect:
    """Connect to this host, trusting this authority."""
    if request.param == "rabbitmq":
        url: str = request.getfixturevalue("rabbit")
        return lambda host, ca: connect_broker(url.replace("HOST", host), ca)
    port = request.getfixturevalue("redis_port")
    to = connect_broker if request.param == "redis" else connect_cache
    return lambda host, ca: to(f"rediss://{host}:{port}/0", ca)


class TestConnecting:
    def test_works_with_the_right_authority(
        self, connect: Connect, ours: Files
    ) -> None:
        connect("127.0.0.1", ours.ca)

    def test_is_refused_with_another_authority(
        self, connect: Connect, others: Files
    ) -> None:
        with pytest.raises(REFUSED, match="VERIFY_FAILED") as caught:
            connect("127.0.0.1", others.ca)
        assert word_for(caught.value) == "untrusted"

    def test_is_refused_without_an_authority(self, connect: Connect) -> None:
        with pytest.raises(REFUSED, match="VERIFY_FAILED"):
            connect("127.0.0.1", None)

    def test_is_refused_under_another_name(self, connect: Connect, ours: Files) -> None:
        with pytest.raises(REFUSED, match="mismatch"):
            connect("localhost", ours.ca)


class TestPortal:
    def test_works_over_tls(
        self,
        tmp_path: Path,
        migrated: MigratedDatabases,
        redis_port: int,
        ours: Files,
    ) -> None:
        stack = Stack(
            folder=tmp_path,
            database_url=f"sqlite:///{tmp_path}/portal.sqlite3",
            broker_url=f"rediss://127.0.0.1:{redis_port}/0",
            cache_url=f"rediss://127.0.0.1:{redis_port}/1?ssl_ca_certs={ours.ca}",
            changes={"BROKER_CA_FILE": str(ours.ca), "WORKER_BEATS": "on"},
        )
        try:
            migrated.copy_to(stack)
            stack.start_worker("worker")
            stack.start_web()
            wait_for(lambda: answers(f"{stack.url}/readyz?strict=1"))
        finally:
            stack.stop()
