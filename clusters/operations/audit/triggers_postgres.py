"""The triggers that guard the history on PostgreSQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

from clusters.operations.audit.guarded_tables import GUARDED, GuardedTable
from clusters.operations.audit.postgres_function import SEARCH_PATH, source_of

_EACH_ROW, _BEFORE, _DELETE, _UPDATE, _TRUNCATE = 1, 2, 8, 16, 32
"""Bits of `pg_trigger.tgtype` (PostgreSQL, src/include/catalog/pg_trigger.h)."""


@dataclass(frozen=True)
class _Trigger:
    """One trigger; it calls the function of its table."""

    table: GuardedTable
    action: str
    clause: str
    type: int

    @property
    def name(self) -> str:
        return f"{self.table.name}_is_closed_to_{self.action}"


def _expected() -> Iterator[_Trigger]:
    each_row = _EACH_ROW | _BEFORE | _UPDATE | _DELETE
    for table in GUARDED:
        on = f'ON {{schema}}."{table.name}" FOR EACH'
        yield _Trigger(table, "change", f"BEFORE UPDATE OR DELETE {on} ROW", each_row)
        yield _Trigger(
            table, "truncate", f"BEFORE TRUNCATE {on} STATEMENT", _BEFORE | _TRUNCATE
        )


def existing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return which of our triggers are there, by name, whatever they do."""
    found = _found(connection, _schema(connection))
    return [each.name for each in _expected() if each.name in found]


def install(connection: BaseDatabaseWrapper) -> None:
    """Make functions and triggers, which must not exist."""
    schema = connection.ops.quote_name(_schema(connection))
    with connection.cursor() as cursor:
        for table in GUARDED:
            cursor.execute(
                f"CREATE FUNCTION {schema}.{_function(table)}() RETURNS trigger"
                f" LANGUAGE plpgsql SET search_path = {SEARCH_PATH}"
                f" AS $${source_of(table, schema)}$$"
            )
        for each in _expected():
            cursor.execute(
                f"CREATE TRIGGER {each.name} {each.clause.format(schema=schema)}"
                f" EXECUTE FUNCTION {schema}.{_function(each.table)}()"
            )


def drop(connection: BaseDatabaseWrapper) -> None:
    """Drop those that exist, and each trigger that calls one of our functions."""
    schema = connection.ops.quote_name(_schema(connection))
    with connection.cursor() as cursor:
        for each in _expected():
            on = f'{schema}."{each.table.name}"'
            cursor.execute(f"DROP TRIGGER IF EXISTS {each.name} ON {on}")
        for table in GUARDED:
            name = f"{schema}.{_function(table)}()"
            cursor.execute(f"DROP FUNCTION IF EXISTS {name} CASCADE")


def faults(connection: BaseDatabaseWrapper) -> Iterator[str]:
    """Yield a sentence for each trigger that is missing or not as `install` makes it."""
    schema = _schema(connection)
    found = _found(connection, schema)
    for each in _expected():
        is_enabled, *rest = found.get(each.name, (None,))
        if is_enabled is None:
            yield f"The trigger {each.name} is missing."
        elif rest != _right(each, schema, connection.ops.quote_name(schema)):
            yield f"The trigger {each.name} is not the one that migrate makes."
        elif not is_enabled:
            yield f"The trigger {each.name} is disabled."


def _function(table: GuardedTable) -> str:
    return f"{table.name}_is_closed"


_SCHEMA: Final = """
    SELECT space.nspname FROM pg_catalog.pg_class relation
    JOIN pg_catalog.pg_namespace space ON space.oid = relation.relnamespace
    WHERE relation.relname = %s AND space.nspname = ANY (current_schemas(false))
    ORDER BY array_position(current_schemas(false), space.nspname) LIMIT 1"""
"""Not by `regclass`, which finds temporary tables first."""


def _schema(connection: BaseDatabaseWrapper) -> str:
    """Return the schema of the tables; empty if there are none."""
    with connection.cursor() as cursor:
        cursor.execute(_SCHEMA, [GUARDED[0].name])
        row = cursor.fetchone()
    return str(row[0]) if row else ""


_FOUND: Final = """
    SELECT it.tgname, it.tgenabled IN ('O', 'A'), relation.relname, it.tgtype,
        it.tgqual IS NULL AND it.tgattr::text = '' AND it.tgnargs = 0,
        home.nspname, code.proname, language.lanname, code.proconfig, code.prosrc
    FROM pg_catalog.pg_trigger it
    JOIN pg_catalog.pg_class relation ON relation.oid = it.tgrelid
    JOIN pg_catalog.pg_namespace space ON space.oid = relation.relnamespace
    JOIN pg_catalog.pg_proc code ON code.oid = it.tgfoid
    JOIN pg_catalog.pg_namespace home ON home.oid = code.pronamespace
    JOIN pg_catalog.pg_language language ON language.oid = code.prolang
    WHERE NOT it.tgisinternal AND space.nspname = %s AND relation.relname = ANY (%s)"""


def _found(connection: BaseDatabaseWrapper, schema: str) -> dict[str, list[Any]]:
    """Return by name whether each trigger fires, and then what it is and calls."""
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, [schema, [table.name for table in GUARDED]])
        return {name: rest for name, *rest in cursor.fetchall()}


def _right(each: _Trigger, schema: str, quoted: str) -> list[Any]:
    """Return what `_found` must have found of this trigger, but for whether it fires."""
    function = [schema, _function(each.table), "plpgsql"]
    config = [f"search_path={SEARCH_PATH}"]
    source = source_of(each.table, quoted)
    return [each.table.name, each.type, True, *function, config, source]
