"""The tests' own database, read-only for a while: by its own word, not by a stand-in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection
from django.db.backends.signals import connection_created

_SET: Final = {
    # As a file without the right to write, and as `ALTER DATABASE ... SET`.
    "sqlite": "PRAGMA query_only = {}",
    "postgresql": "SET default_transaction_read_only = {}",
}


@contextmanager
def read_only() -> Iterator[None]:
    """Refuse changes on this thread's connection, and on those that follow it."""

    def refuse_changes(**_: Any) -> None:
        _say("on")

    refuse_changes()
    connection_created.connect(refuse_changes)
    try:
        yield
    finally:
        connection_created.disconnect(refuse_changes)
        _say("off")


def _say(word: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET[connection.vendor].format(word))
