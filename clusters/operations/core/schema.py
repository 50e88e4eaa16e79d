"""Compare the database's migrations with those of this code."""

import logging
from functools import cache
from typing import Final

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext_noop

log = logging.getLogger(__name__)

NEWER: Final = gettext_noop(
    "A newer version of the portal has taken over the database. Ask an operator to"
    " replace the old worker."
)


class OtherSchema(Exception):
    """The database's migrations are not those of this code."""


def check_schema() -> None:
    """
    Compare the migrations that were applied with those that the code has.

    :raises OtherSchema: if migrations are missing, or unknown to this code
    """
    applied = set(MigrationRecorder(connection).applied_migrations())
    if missing := MigrationLoader(connection).graph.nodes.keys() - applied:
        raise OtherSchema(
            f"{_named(missing)} is not applied yet: run manage.py migrate first."
        )
    # Rows of apps that are not installed any more are no sign of a newer version.
    ours = {key for key in applied if key[0] in apps.app_configs}
    if unknown := ours - _known():
        raise OtherSchema(
            f"{_named(unknown)} was applied by a newer version of the portal. Start that"
            " one, or restore the backup of before its migrations."
        )


def is_migrated() -> bool:
    """Whether every migration of this code is applied and every table exists."""
    applied = MigrationRecorder(connection).applied_migrations().keys()
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    needed = set(connection.introspection.django_table_names(include_views=False))
    return _on_disk() <= applied and needed <= tables


def is_newer_schema() -> bool:
    """
    Whether a newer version of the portal has migrated the database; one small query.

    Only migrations of the app `clusters` count: its tables decide what is sent.
    """
    names = [name for label, name in _known() if label == "clusters"]
    rows = MigrationRecorder(connection).migration_qs.filter(app="clusters")
    return rows.exclude(name__in=names).exists()


def _named(keys: set[tuple[str, str]]) -> str:
    return ".".join(min(keys))


@cache
def _on_disk() -> frozenset[tuple[str, str]]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.disk_migrations)


@cache
def _known() -> frozenset[tuple[str, str]]:
    """
    Return the migrations of this code, and those that they replace.

    Cached from the start of the process: later the files may be those of a new version.
    """
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    replaced = (key for each in disk.values() for key in each.replaces)
    return frozenset({*disk, *replaced})
