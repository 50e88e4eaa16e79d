"""Django's database cache with JSON values."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache as DjangoCache
from django.db import connections, router, transaction
from django.utils import timezone

from portal.caches import values

_PUT = """
    INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s)
    ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires
"""
# One statement: of two processes that find the same expired lock, one gets it.
_PUT_IF_NONE = _PUT + "WHERE {table}.expires < %s"
_TOUCH = "UPDATE {table} SET expires = %s WHERE cache_key = %s AND expires >= %s"
_COUNT = "UPDATE {table} SET value = %s WHERE cache_key = %s AND value = %s"
_GET = "SELECT value FROM {table} WHERE cache_key = %s AND expires >= %s"
_NEVER = datetime(9999, 12, 31, tzinfo=UTC)
_SIZE = "SELECT COUNT(*) FROM {table}"


class DatabaseCache(DjangoCache):
    """
    Django's cache table (`createcachetable`) on SQLite and PostgreSQL.

    Django's backend pickles values and cannot be configured otherwise; unpickling data
    that others can write runs their code. A row of Django's own is a miss here. `add` and
    `incr` are atomic. Expired rows are deleted when the table is culled only: deleting
    them on reads could delete a value that was just set.
    """

    def get_many(
        self, keys: Iterable[str], version: int | None = None
    ) -> dict[str, Any]:
        found = {}
        for key in keys:
            stored = self.make_and_validate_key(key, version=version)
            text = self._text(stored)
            value = values.UNREADABLE if text is None else values.read(text, key=stored)
            if value is not values.UNREADABLE:
                found[key] = value
        return found

    def touch(
        self,
        key: str,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        stored = self.make_and_validate_key(key, version=version)
        return self._write(_TOUCH, self._expires(timeout), stored, timezone.now()) == 1

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """
        Add to an integer and return the sum.

        :raises ValueError: if the key holds no integer
        """
        stored = self.make_and_validate_key(key, version=version)
        while True:
            text = self._text(stored)
            number = None if text is None else values.read(text, key=stored)
            if type(number) is not int:
                raise ValueError(f"Key {key!r} holds no number")
            # Compare and set: no concurrent increment is lost.
            if self._write(_COUNT, values.write(number + delta), stored, text):
                return number + delta

    def _base_set(
        self, mode: str, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT
    ) -> bool:
        """Write a value for Django's `set` and `add`; return whether it was written."""
        row = (key, values.write(value), self._expires(timeout))
        self._cull_if_full()
        if mode == "add":
            return self._write(_PUT_IF_NONE, *row, timezone.now()) == 1
        return self._write(_PUT, *row) == 1

    def _text(self, stored: str) -> str | None:
        alias = router.db_for_read(self.cache_model_class)
        with connections[alias].cursor() as cursor:
            cursor.execute(
                self._sql(_GET, alias), [stored, _in_sql(alias, timezone.now())]
            )
            row = cursor.fetchone()
        return None if row is None else row[0]

    def _write(self, statement: str, *params: Any) -> int:
        """
        Return the number of changed rows; an error keeps an outer transaction usable.
        """
        alias = router.db_for_write(self.cache_model_class)
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            given = [_in_sql(alias, param) for param in params]
            cursor.execute(self._sql(statement, alias), given)
            return int(cursor.rowcount)

    def _cull_if_full(self) -> None:
        alias = router.db_for_write(self.cache_model_class)
        with connections[alias].cursor() as cursor:
            cursor.execute(self._sql(_SIZE, alias))
            (rows,) = cursor.fetchone()
            if rows > self._max_entries:
                self._cull(  # type: ignore[attr-defined]  # no stub
                    alias, cursor, timezone.now(), rows
                )

    def _sql(self, statement: str, alias: str) -> str:
        table = self._table  # type: ignore[attr-defined]  # no stub
        return statement.format(table=connections[alias].ops.quote_name(table))

    def _expires(self, timeout: float | None) -> datetime:
        seconds = self.get_backend_timeout(timeout)
        if seconds is None:
            return _NEVER
        return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=0)


def _in_sql(alias: str, param: Any) -> Any:
    """
    Return the parameter as the database takes it; SQLite has no type for date-times.
    """
    if not isinstance(param, datetime):
        return param
    return connections[alias].ops.adapt_datetimefield_value(param)
