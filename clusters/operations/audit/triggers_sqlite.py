"""The triggers that guard the history on SQLite."""

from collections.abc import Iterable, Iterator
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from clusters.models import HistoryOpening
from clusters.operations.audit.guarded_tables import GUARDED, GuardedTable
from clusters.operations.audit.unique_keys import UniqueKey, unique_keys

_OPENING: Final = HistoryOpening._meta.db_table
_ACTIONS: Final = ("update", "delete", "replace")


def existing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return which of our triggers are there, by name, whatever they do."""
    return [name for name in _expected() if name in _found(connection)]


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers, which must not exist."""
    with connection.cursor() as cursor:
        for sql in _expected().values():
            cursor.execute(sql)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Drop those that exist."""
    with connection.cursor() as cursor:
        for name in _expected():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def faults(connection: BaseDatabaseWrapper) -> Iterator[str]:
    """Yield a sentence for each trigger that is missing or not as `install` makes it."""
    found = _found(connection)
    for name, sql in _expected().items():
        if name not in found:
            yield f"The trigger {name} is missing."
        elif found[name] != sql:
            yield f"The trigger {name} is not the one that migrate makes."


def _found(connection: BaseDatabaseWrapper) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())


def _expected() -> dict[str, str]:
    """Return the statement that makes each trigger, by the trigger's name."""
    return {
        f"{table.name}_is_closed_to_{action}": _trigger(table, action)
        for table in GUARDED
        for action in _ACTIONS
    }


def _trigger(table: GuardedTable, action: str) -> str:
    """Return the statement; the names in it are those of the models."""
    event = "INSERT" if action == "replace" else action.upper()
    # The name of a table of ours.
    conditions = [f'NOT EXISTS (SELECT 1 FROM "{_OPENING}")']  # noqa: S608
    if action == "update":
        conditions = [*_is_forbidden_change(table), *conditions]
    if action == "replace":
        conditions = [_has_row_with_same_key(table), *conditions]
    return (
        f"CREATE TRIGGER {table.name}_is_closed_to_{action}"
        f' BEFORE {event} ON "{table.name}" WHEN {" AND ".join(conditions)}'
        f" BEGIN SELECT RAISE(ABORT, 'history is closed: {action} in {table.name}');"
        f" END"
    )


def _is_forbidden_change(table: GuardedTable) -> Iterator[str]:
    yield f"({_differs(table.columns)})"
    if table.open_until:
        ended = f'OLD."{table.open_until}" IS NOT NULL'
        yield f"({ended} OR {_differs(table.fixed)})"


def _differs(columns: Iterable[str]) -> str:
    # Not IS DISTINCT FROM, which SQLite has since 3.39 only.
    return " OR ".join(f'OLD."{each}" IS NOT NEW."{each}"' for each in columns)


def _has_row_with_same_key(table: GuardedTable) -> str:
    """
    Return a condition on what REPLACE would delete.

    INSERT OR REPLACE fires no DELETE trigger unless the connection has
    `recursive_triggers` on (sqlite.org/lang_conflict.html). Where the row has no primary
    key yet, NEW has -1.
    """
    found = " OR ".join(_exists(table, key) for key in unique_keys(table.model))
    return f"({found})"


def _exists(table: GuardedTable, key: UniqueKey) -> str:
    same = (f'it."{each}" = NEW."{each}"' for each in key.columns)
    nulls = (
        f'it."{each}" IS NULL AND NEW."{each}" IS NULL' for each in key.only_if_null
    )
    conditions = " AND ".join([*same, *nulls])
    # The names of the models' tables and columns, and nothing of a user.
    return f'EXISTS (SELECT 1 FROM "{table.name}" AS it WHERE {conditions})'  # noqa: S608
