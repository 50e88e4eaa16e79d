"""Repeat a write until the database accepts it, for results that cannot be had again."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import (
    DatabaseError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    connection,
)

log = logging.getLogger(__name__)

_AWAY = (OperationalError, InterfaceError, InternalError)
_NO_RIGHT = "42501"
"""
The SQLSTATE `insufficient_privilege` (PostgreSQL documentation, appendix "Error Codes").

Django raises it as a ProgrammingError.
"""

_Result = TypeVar("_Result")


def retry_until_saved(
    save: Callable[[], _Result],
    *,
    event: str = "answer.not_saved",
    wait: Callable[[float], None] = time.sleep,
) -> _Result:
    """
    Call `save` until it succeeds, and return its result.

    `save` must be safe to call twice. `event` is logged after each failure. The waits
    grow from 0.2 to 5 seconds, without an end.

    Retried are errors that can end by themselves: a database that is away, locked,
    read-only (a standby that is not promoted yet), or that has revoked the right to write.

    :raises DatabaseError: if the error is another one, or within a transaction, where a
        retry cannot succeed
    """
    seconds = 0.2
    while True:
        try:
            return save()
        except (DatabaseError, InterfaceError) as error:
            if connection.in_atomic_block or not _may_end(error):
                raise
            log.warning(event, extra={"error": str(error)[:200]})
            connection.close()
            wait(seconds)
            seconds = min(2 * seconds, 5.0)


def _may_end(error: Exception) -> bool:
    if isinstance(error, ProgrammingError):
        return getattr(error.__cause__, "sqlstate", "") == _NO_RIGHT
    return isinstance(error, _AWAY)
