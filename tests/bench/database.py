"""A database of the bench's own: SQLite in a folder, or beside that of DATABASE_URL."""

import importlib
import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import django
import psycopg
from django.core.management import call_command
from psycopg import sql


def run_in_fresh_database(module: str, *arguments: object) -> None:
    """
    Call `run` of this module, with the settings pointed to an empty, migrated database.

    Named and not imported, because its models need those settings.
    """
    with own_database() as (own_url, words):
        os.environ["DATABASE_URL"] = own_url
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
        django.setup()
        call_command("migrate", interactive=False, verbosity=0)
        importlib.import_module(module).run(words, *arguments)


def own_database() -> AbstractContextManager[tuple[str, str]]:
    """Make an empty database and drop it afterwards; gives its URL and what runs it."""
    url = os.environ.get("DATABASE_URL", "")
    return _postgres(url) if url.startswith("postgres") else _sqlite()


@contextmanager
def _sqlite() -> Iterator[tuple[str, str]]:
    with TemporaryDirectory(prefix="portal-bench-") as folder:
        yield f"sqlite:///{folder}/bench.sqlite3", f"SQLite {sqlite3.sqlite_version}"


@contextmanager
def _postgres(url: str) -> Iterator[tuple[str, str]]:
    """Nothing is written into the named database; one more is made, and dropped."""
    name = f"portal_bench_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        version = server.info.server_version // 10_000
        try:
            yield (
                urlsplit(url)._replace(path=f"/{name}").geturl(),
                f"PostgreSQL {version}",
            )
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            server.execute(drop.format(sql.Identifier(name)))
