"""
The triggers that refuse changes of the history, on both databases.

What may still change: `guarded_tables`. A transaction that holds a row of
`HistoryOpening` may change everything (`operations.core.history_opening`). The triggers
refuse with an IntegrityError. `migrate` makes them. Whoever may change tables can drop
them, so `trigger_faults` tells which are missing.
"""

from collections.abc import Iterator
from typing import Final, Protocol

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from clusters.models import HistoryOpening
from clusters.operations.audit import triggers_postgres, triggers_sqlite
from clusters.operations.audit.guarded_tables import GUARDED
from clusters.operations.audit.table_columns import all_columns


class _Dialect(Protocol):
    """What the module of each database has."""

    def existing(self, connection: BaseDatabaseWrapper, /) -> list[str]: ...
    def install(self, connection: BaseDatabaseWrapper, /) -> None: ...
    def drop(self, connection: BaseDatabaseWrapper, /) -> None: ...
    def faults(self, connection: BaseDatabaseWrapper, /) -> Iterator[str]: ...


_DIALECTS: Final[dict[str, _Dialect]] = {
    "sqlite": triggers_sqlite,
    "postgresql": triggers_postgres,
}


def install_triggers(using: str = DEFAULT_DB_ALIAS) -> None:
    """Make all triggers anew, in one transaction."""
    connection = connections[using]
    dialect = _DIALECTS[connection.vendor]
    with transaction.atomic(using=using):
        dialect.drop(connection)
        dialect.install(connection)


def drop_triggers(using: str = DEFAULT_DB_ALIAS) -> None:
    """Drop all triggers, in one transaction; writes nothing where there are none."""
    connection = connections[using]
    dialect = _DIALECTS[connection.vendor]
    if dialect.existing(connection):
        with transaction.atomic(using=using):
            dialect.drop(connection)


def mend_triggers(using: str = DEFAULT_DB_ALIAS) -> None:
    """
    Make all triggers anew if one is missing or changed; else touch nothing.

    Does nothing on a database that is migrated to an older state.
    """
    if has_guarded_tables(using) and any(_faults_of_triggers(using)):
        install_triggers(using)


def trigger_faults(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """
    Return a sentence for each trigger that is missing, disabled or changed.

    And for each opening that outlived its transaction. The database must be migrated.
    """
    openings = HistoryOpening.objects.using(using).order_by("pk")
    return [
        *_faults_of_triggers(using),
        *(
            f"The history was left open: a row in {HistoryOpening._meta.db_table}"
            f" names the event {pk}."
            for pk in openings.values_list("pk", flat=True)
        ),
    ]


def has_guarded_tables(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether the tables of the history have the columns that the models have."""
    models: list[type[Model]] = [HistoryOpening, *(each.model for each in GUARDED)]
    return all(_has_table(using, model) for model in models)


def _faults_of_triggers(using: str) -> Iterator[str]:
    connection = connections[using]
    return _DIALECTS[connection.vendor].faults(connection)


def _has_table(using: str, model: type[Model]) -> bool:
    connection = connections[using]
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return False
        found = connection.introspection.get_table_description(cursor, table)
    return {*all_columns(model)} <= {each.name for each in found}
