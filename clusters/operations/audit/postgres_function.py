"""What the triggers of one table do on PostgreSQL: the source of a function."""

from typing import Final

from clusters.models import HistoryOpening
from clusters.operations.audit.guarded_tables import GuardedTable

SEARCH_PATH: Final = "pg_catalog, pg_temp"
"""For the function: no temporary table, no other's function or operator comes first."""

_OPENING: Final = HistoryOpening._meta.db_table

_SOURCE: Final = """
BEGIN
    IF TG_OP = 'UPDATE' THEN
        -- *= compares the stored bytes: in jsonb 1 = 1.0, and their hashes differ.
        IF {allowed} THEN
            RETURN NEW;
        END IF;
    END IF;
    IF EXISTS (
        SELECT FROM {schema}."{opening}" WHERE transaction_id = txid_current()
    ) THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'history is closed: % in %', lower(TG_OP), TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
"""
"""The SQLSTATE is one of class 23, which Django raises as an IntegrityError."""


def source_of(table: GuardedTable, schema: str) -> str:
    """
    Return the body of the function for UPDATE, DELETE and TRUNCATE, in PL/pgSQL.

    All conditions stand in it, and none in the triggers, so that these are easy to check.

    :param schema: where the tables are, quoted
    """
    allowed = "OLD *= NEW"
    if table.open_until:
        allowed += f'\n        OR OLD."{table.open_until}" IS NULL'
        allowed += f"\n            AND {_row(table, 'OLD')}"
        allowed += f"\n                IS NOT DISTINCT FROM {_row(table, 'NEW')}"
    return _SOURCE.format(allowed=allowed, schema=schema, opening=_OPENING)


def _row(table: GuardedTable, row: str) -> str:
    columns = ", ".join(f'{row}."{each}"' for each in table.fixed)
    return f"ROW({columns})"
