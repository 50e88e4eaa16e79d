"""A database, a queue and a cache for each case, removed after it."""

import os
import shutil
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import psycopg
from kombu import Connection
from psycopg import sql
from redis import Redis

from clusters.management.variables import for_own_process, variable

_POSTGRES: Final = "postgres://postgres:postgres@127.0.0.1:5432/postgres"
_REDIS: Final = "redis://127.0.0.1:6379/0"
_AMQP: Final = "amqp://guest:guest@127.0.0.1:5672//"

Variables = Mapping[str, str]


class Database(Protocol):
    """A kind of database: one template is migrated, and copied for each case."""

    def prepare(self, environment: Variables) -> None:
        """Create and migrate the template."""

    def copy(self, name: str, folder: Path) -> str:
        """Copy the template; return the URL of the copy."""

    def drop(self, name: str) -> None:
        """Remove a copy."""

    def close(self) -> None:
        """Remove the template."""


class SqliteDatabases:
    """SQLite, as files in the folders of drill and case."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.sqlite3"

    def prepare(self, environment: Variables) -> None:
        _migrate({**environment, "DATABASE_URL": f"sqlite:///{self._template}"})

    def copy(self, name: str, folder: Path) -> str:
        shutil.copyfile(self._template, folder / f"{name}.sqlite3")
        return f"sqlite:///{folder}/{name}.sqlite3"

    def drop(self, name: str) -> None:
        """Do nothing: the folder of the case is removed as a whole."""

    def close(self) -> None:
        """Do nothing: the folder of the drill is removed as a whole."""


class PostgresDatabases:
    """PostgreSQL, at TEST_POSTGRES_URL."""

    def __init__(self) -> None:
        self._url = variable("TEST_POSTGRES_URL", _POSTGRES)
        self._template = f"drill_{uuid.uuid4().hex}"
        self._lock = threading.Lock()

    def prepare(self, environment: Variables) -> None:
        self._run("CREATE DATABASE {}", self._template)
        _migrate({**environment, "DATABASE_URL": self._url_of(self._template)})

    def copy(self, name: str, folder: Path) -> str:
        del folder
        self._run("CREATE DATABASE {} TEMPLATE {}", name, self._template)
        return self._url_of(name)

    def drop(self, name: str) -> None:
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def close(self) -> None:
        self.drop(self._template)

    def _run(self, statement: str, *names: str) -> None:
        query = sql.SQL(statement).format(*map(sql.Identifier, names))
        with self._lock, psycopg.connect(self._url, autocommit=True) as server:
            server.execute(query)

    def _url_of(self, name: str) -> str:
        return urlsplit(self._url)._replace(path=f"/{name}").geturl()


class Backend:
    """A database and a broker: sqlite, redis or rabbitmq."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._database: Database = (
            SqliteDatabases(folder) if name == "sqlite" else PostgresDatabases()
        )

    @contextmanager
    def prepared(self, environment: Variables) -> Iterator[None]:
        """Within this block `resources` can be used."""
        try:
            self._database.prepare(environment)
            yield
        finally:
            self._database.close()

    @contextmanager
    def resources(self, name: str, folder: Path) -> Iterator[dict[str, str]]:
        """Yield the variables of a database, a queue and a cache for one case."""
        try:
            yield {
                "DATABASE_URL": self._database.copy(name, folder),
                "CELERY_QUEUE": name,
                **self._broker(name, folder),
            }
        finally:
            self._database.drop(name)
            self._database.drop(f"{name}_backup")
            self._clean_up_broker(name)

    def _broker(self, name: str, folder: Path) -> dict[str, str]:
        if self.name == "redis":
            url = variable("TEST_REDIS_URL", _REDIS)
            cache = url.replace("redis://", "rediscache://", 1)
            cache = f"{cache}?key_prefix={name}"
            return {"CELERY_BROKER_URL": url, "CACHE_URL": cache}
        database_cache = {"CACHE_URL": "dbcache://portal_cache"}
        if self.name == "rabbitmq":
            url = variable("TEST_AMQP_URL", _AMQP)
            return {"CELERY_BROKER_URL": url, **database_cache}
        return {"CELERY_BROKER_URL": f"filesystem://{folder}/broker", **database_cache}

    def _clean_up_broker(self, name: str) -> None:
        if self.name == "redis":
            url = variable("TEST_REDIS_URL", _REDIS)
            with Redis.from_url(url) as redis:
                for key in redis.scan_iter(f"{name}:*", count=1000):
                    redis.delete(key)
        elif self.name == "rabbitmq":
            url = variable("TEST_AMQP_URL", _AMQP)
            with Connection(url) as connection:
                channel: Any = connection.default_channel
                channel.queue_delete(name)
                channel.exchange_delete(name)


def _migrate(environment: Variables) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"],
        env={**os.environ, **for_own_process(environment)},
        check=True,
    )
