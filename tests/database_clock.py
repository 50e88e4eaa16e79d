"""The database's own clock, ahead or behind, on SQLite and PostgreSQL alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.db.models.functions import Now


@contextmanager
def database_clock(**ahead: float) -> Iterator[None]:
    """Let `Now()` be so much later than the database says: `days=1`, or below zero."""
    seconds = timedelta(**ahead).total_seconds()

    def as_sqlite(self: Now, *args: Any, **context: Any) -> Any:
        form = "%%%%Y-%%%%m-%%%%d %%%%H:%%%%M:%%%%f"
        template = f"STRFTIME('{form}', 'NOW', '{seconds:+} seconds')"
        return self.as_sql(*args, template=template, **context)

    def as_postgresql(self: Now, *args: Any, **context: Any) -> Any:
        template = f"(STATEMENT_TIMESTAMP() + interval '{seconds} seconds')"
        return self.as_sql(*args, template=template, **context)

    with patch.multiple(Now, as_sqlite=as_sqlite, as_postgresql=as_postgresql):
        yield
