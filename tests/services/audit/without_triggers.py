"""Drop triggers by SQL, as somebody with a console of the database would."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection

_CATALOG: Final = {
    "sqlite": "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT tgname, tgrelid::regclass::text, pg_get_triggerdef(oid)"
        " FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
    ),
}


def triggers() -> dict[str, tuple[str, str]]:
    """Return table and definition of each trigger, by its name, as the database has them."""
    with connection.cursor() as cursor:
        cursor.execute(_CATALOG[connection.vendor])
        return {name: (table, sql) for name, table, sql in cursor.fetchall()}


def drop(name: str) -> None:
    """Drop one trigger, and leave it away."""
    table, _ = triggers()[name]
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    _execute(f"DROP TRIGGER {name}{on}")


@contextmanager
def without_triggers() -> Iterator[None]:
    """Drop all triggers, and make them anew afterwards, as the catalog had them."""
    before = triggers()
    for name in before:
        drop(name)
    yield
    for _, sql in before.values():
        _execute(sql)
    assert triggers() == before


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
