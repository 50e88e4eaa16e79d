"""A backup of the database of a case, and its restore."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection, connections
from psycopg import sql


def create_backup() -> None:
    """Copy the database; nobody else may be connected."""
    connections.close_all()
    if connection.vendor == "postgresql":
        with server() as administration:
            copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            administration.execute(copy.format(_backup_name(), _name()))
    else:
        _copy_file(_file(), _file().with_suffix(".backup"))


def restore_backup() -> None:
    """Replace the database by the backup; nobody else may be connected."""
    connections.close_all()
    if connection.vendor == "postgresql":
        with server() as administration:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            administration.execute(drop.format(_name()))
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            administration.execute(rename.format(_backup_name(), _name()))
    else:
        for left in _file().parent.glob(f"{_file().name}*"):
            left.unlink()
        _copy_file(_file().with_suffix(".backup"), _file())


@contextmanager
def server() -> Iterator[psycopg.Connection]:
    """Connect to the server's database `postgres`, to change that of the case."""
    it = settings.DATABASES["default"]
    with psycopg.connect(
        dbname="postgres",
        host=it["HOST"],
        port=it["PORT"] or None,
        user=it["USER"],
        password=it["PASSWORD"],
        autocommit=True,
    ) as administration:
        yield administration


def _copy_file(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(source)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)


def _file() -> Path:
    return Path(settings.DATABASES["default"]["NAME"])


def _name() -> sql.Identifier:
    return sql.Identifier(settings.DATABASES["default"]["NAME"])


def _backup_name() -> sql.Identifier:
    return sql.Identifier(f"{settings.DATABASES['default']['NAME']}_backup")
