"""
Each way to weaken a trigger, and what `trigger_faults` says then.

`run` is for a process of its own, on a migrated database; it prints JSON.
"""

import json
import sys
from typing import Final

from django.db import connection, transaction

from clusters.operations.audit.triggers import mend_triggers, trigger_faults

_UPDATE: Final = "clusters_event_is_closed_to_update"
_CHANGE: Final = "clusters_event_is_closed_to_change"
_CLEAR: Final = "clusters_event_is_closed_to_truncate"
_FUNCTION: Final = "clusters_event_is_closed"
_DROP: Final = f"DROP TRIGGER {_UPDATE}"
_ANEW: Final = f"{_DROP}; CREATE TRIGGER {_UPDATE} BEFORE UPDATE ON"
_POSTGRES_DROP: Final = f"DROP TRIGGER {_CHANGE} ON clusters_event"
_POSTGRES_ANEW: Final = f"{_POSTGRES_DROP}; CREATE TRIGGER {_CHANGE}"
_EACH: Final = "ON clusters_event FOR EACH ROW"
_CALL: Final = f"EXECUTE FUNCTION public.{_FUNCTION}()"
_EMPTY: Final = "RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
_ALTER: Final = "ALTER TABLE clusters_event"

MISSING: Final = "is missing."
DISABLED: Final = "is disabled."
CHANGED: Final = "is not the one that migrate makes."

Ways = dict[str, tuple[str, dict[str, str]]]
"""By a name: statements, separated by `; `, and the fault of each trigger then."""

SQLITE: Final[Ways] = {
    "dropped": (_DROP, {_UPDATE: MISSING}),
    "of no row": (
        f"{_ANEW} clusters_event WHEN 0 BEGIN SELECT 1; END",
        {_UPDATE: CHANGED},
    ),
    "of another table": (
        f"{_ANEW} clusters_mail BEGIN SELECT 1; END",
        {_UPDATE: CHANGED},
    ),
}
POSTGRES: Final[Ways] = {
    "dropped": (_POSTGRES_DROP, {_CHANGE: MISSING}),
    "dropped with its function": (
        f"DROP FUNCTION {_FUNCTION} CASCADE",
        {_CHANGE: MISSING, _CLEAR: MISSING},
    ),
    "disabled": (f"{_ALTER} DISABLE TRIGGER {_CHANGE}", {_CHANGE: DISABLED}),
    "truncate disabled": (f"{_ALTER} DISABLE TRIGGER {_CLEAR}", {_CLEAR: DISABLED}),
    "all disabled": (
        f"{_ALTER} DISABLE TRIGGER USER",
        {_CHANGE: DISABLED, _CLEAR: DISABLED},
    ),
    "for replicas": (
        f"{_ALTER} ENABLE REPLICA TRIGGER {_CHANGE}",
        {_CHANGE: DISABLED},
    ),
    "always": (f"{_ALTER} ENABLE ALWAYS TRIGGER {_CHANGE}", {}),
    "another source": (
        f"CREATE OR REPLACE FUNCTION {_FUNCTION}() {_EMPTY}",
        {_CHANGE: CHANGED, _CLEAR: CHANGED},
    ),
    "another search path": (
        f"ALTER FUNCTION {_FUNCTION}() RESET search_path",
        {_CHANGE: CHANGED, _CLEAR: CHANGED},
    ),
    "another function": (
        f"CREATE FUNCTION nothing() {_EMPTY}; {_POSTGRES_ANEW}"
        f" BEFORE UPDATE OR DELETE {_EACH} EXECUTE FUNCTION nothing()",
        {_CHANGE: CHANGED},
    ),
    "of no row": (
        f"{_POSTGRES_ANEW} BEFORE UPDATE OR DELETE {_EACH} WHEN (false) {_CALL}",
        {_CHANGE: CHANGED},
    ),
    "of one column": (
        f"{_POSTGRES_ANEW} BEFORE UPDATE OF id OR DELETE {_EACH} {_CALL}",
        {_CHANGE: CHANGED},
    ),
    "of updates only": (
        f"{_POSTGRES_ANEW} BEFORE UPDATE {_EACH} {_CALL}",
        {_CHANGE: CHANGED},
    ),
    "afterwards": (
        f"{_POSTGRES_ANEW} AFTER UPDATE OR DELETE {_EACH} {_CALL}",
        {_CHANGE: CHANGED},
    ),
    "of a temporary table": (
        f"{_POSTGRES_DROP}; CREATE TEMPORARY TABLE clusters_event (LIKE"
        f" clusters_event); CREATE TRIGGER {_CHANGE} BEFORE UPDATE OR DELETE {_EACH} {_CALL}",
        {_CHANGE: MISSING},
    ),
}


def expected(ways: Ways) -> dict[str, list[str]]:
    """Return what `run` has to print."""
    return {
        way: [f"The trigger {name} {end}" for name, end in faults.items()]
        for way, (_, faults) in ways.items()
    }


def run() -> None:
    """Try each way, mend the triggers, and take it back."""
    said = {}
    for way, (statements, _) in (
        SQLITE if connection.vendor == "sqlite" else POSTGRES
    ).items():
        with transaction.atomic():
            _execute(statements)
            said[way] = trigger_faults()
            mend_triggers()
            assert trigger_faults() == [], way
            transaction.set_rollback(True)
        assert trigger_faults() == [], way
    json.dump(said, sys.stdout)


def _execute(statements: str) -> None:
    """SQLite takes one statement at a time, and PostgreSQL any number."""
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        for each in statements.split("; ", 1) if is_sqlite else [statements]:
            cursor.execute(each)
