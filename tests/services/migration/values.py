"""
A value for any column, unlike every other value that was given out.

So a column that a migration mixes up with another one, or empties, shows; and each value
that a page shows tells which column it came from. Texts are the column's name and a
number, numbers are that number, moments are 97 seconds apart.
"""

import hashlib
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import models

BEGIN: Final = datetime(2024, 11, 1, tzinfo=UTC)
"""Long ago: a worker whose sign of life is fresh would stop the migration."""
NOW: Final = datetime(2024, 11, 21, 12, 0, tzinfo=UTC)
"""When the pages are read: after every moment that was given out for the past."""

_APART: Final = timedelta(seconds=97)
_SPACE: Final = uuid.UUID("7c1f6a52-0c0e-4d0c-9a55-6f7d1d3b9e10")
_AHEAD: Final = ("claimed_until", "answer_by", "due_at", "deletion_due_at")
"""Columns that say until when, or from when on: their moments are after `NOW`."""


class Values:
    """Gives out the values of the rows of one migration state, 1 to 17."""

    def __init__(self, step: int) -> None:
        self._step = step
        self._count = 0

    def number(self) -> int:
        """Return the next number: 170001, 170002, … of state 17."""
        self._count += 1
        return self._step * 10_000 + self._count

    def moment(self) -> datetime:
        """Return a moment after all those of this state, and before the next state's."""
        self._count += 1
        return BEGIN + timedelta(days=self._step) + self._count * _APART

    def ahead(self) -> datetime:
        """Return a moment after `NOW`."""
        self._count += 1
        return NOW + self._count * _APART

    def id(self) -> uuid.UUID:
        """Return a UUID, the same in each run."""
        return uuid.uuid5(_SPACE, str(self.number()))

    def sha256(self) -> str:
        """Return what looks like a hash, the same in each run."""
        return hashlib.sha256(str(self.number()).encode()).hexdigest()

    def of(self, column: "models.Field[Any, Any]") -> Any:
        """Return a value that the column takes."""
        if column.choices:
            return list(column.choices)[-1][0]
        for kind, give in self._kinds:
            if isinstance(column, kind):
                return give(column)
        return self._text(column)

    @property
    def _kinds(self) -> list[tuple[Any, Callable[[Any], Any]]]:
        return [
            (models.DateTimeField, self._moment_of),
            (models.JSONField, self._json),
            (models.UUIDField, lambda _column: self.id()),
            (models.BooleanField, lambda _column: True),
            (models.IntegerField, lambda _column: self.number()),
        ]

    def _moment_of(self, column: "models.Field[Any, Any]") -> datetime:
        return self.ahead() if column.name in _AHEAD else self.moment()

    def _json(self, column: "models.Field[Any, Any]") -> Any:
        return [] if column.default is list else {"of": self._text(column)}

    def _text(self, column: "models.Field[Any, Any]") -> str:
        if column.name.endswith(("sha256", "hash")):
            return self.sha256()
        if column.name == "cluster_id":
            return str(self.id())
        if column.name == "cloud_progress":
            return f"{self.number() % 100}%"
        if column.name == "endpoint":
            return f"10.0.{self.number()}.1:9200,10.0.{self.number()}.2:9200"
        if column.name.endswith("_url"):
            return f"https://{column.name[:3]}-{self.number()}.test"
        return f"{column.name}-{self.number()}"[: column.max_length]
