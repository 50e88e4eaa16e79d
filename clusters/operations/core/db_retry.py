"""Save what must not be lost, however long the database is away."""

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
"""PostgreSQL's insufficient_privilege; Django has it among the errors of programs."""

_Result = TypeVar("_Result")


def retry_until_saved(
    save: Callable[[], _Result],
    *,
    event: str = "answer.not_saved",
    wait: Callable[[float], None] = time.sleep,
) -> _Result:
    """
    Call `save` again until the database takes it; it must be safe to call twice.

    `event` is what the log says while it waits.

    Only a database that is away, locked or read-only (a standby that takes over), or lets
    us write no more, is waited for; other errors are raised.
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
