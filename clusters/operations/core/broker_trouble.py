"""Why the broker does not accept or deliver messages: one word, stored for `/readyz`."""

import ssl
from collections.abc import Iterator
from typing import Final

from amqp import exceptions as amqp
from django.db import Error as AnyDatabaseError
from django.db.models.functions import Now
from redis import exceptions as redis

from clusters.models import Heartbeat
from clusters.models.heartbeat import HeartbeatKind

FAILING: Final = "failing"

_BY_CLASS: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (redis.ReadOnlyError, "read-only"),
    (redis.OutOfMemoryError, "full"),
    (amqp.MessageNacked, "full"),
    (amqp.ResourceError, "full"),
    (redis.BusyLoadingError, "loading"),
    (ssl.SSLError, "untrusted"),
    (redis.AuthenticationError, "refused"),
    (redis.NoPermissionError, "refused"),
    (amqp.AccessRefused, "refused"),
    (amqp.NotAllowed, "refused"),
    (amqp.RecoverableConnectionError, "down"),
    (redis.ClusterDownError, "down"),
    (redis.ConnectionError, "down"),
    (redis.TimeoutError, "down"),
    (OSError, "down"),
)
_BY_TEXT: Final = {
    # Codes of Redis for which its client has no class.
    "MISCONF": "read-only",
    "NOREPLICAS": "read-only",
    "NOAUTH": "refused",
    "WRONGPASS": "refused",
    # The message of a Lua script that failed for the same reason.
    "read only replica": "read-only",
}


def note_trouble(error: BaseException) -> None:
    """
    Store the word for this error with the database's time.

    Does nothing where the database is away: `/readyz` could not read the word either.
    """
    try:
        Heartbeat.objects.update_or_create(
            name=word_for(error),
            defaults={"kind": HeartbeatKind.BROKER, "seen_at": Now()},
        )
    except AnyDatabaseError:
        return


def latest_trouble() -> str:
    """Return the newest word if no worker has sent a heartbeat since; empty otherwise."""
    alive = Heartbeat.objects.filter(kind=HeartbeatKind.WORKER).order_by("-seen_at")[:1]
    noted = Heartbeat.objects.filter(kind=HeartbeatKind.BROKER).order_by("-seen_at")[:1]
    rows = sorted((*alive, *noted), key=lambda row: row.seen_at)
    return rows[-1].name if rows and rows[-1].kind == HeartbeatKind.BROKER else ""


def word_for(error: BaseException) -> str:
    """
    Return the word for this error or its causes, the innermost cause first.

    One of the words of the two tables, or `FAILING` where none of them matches.
    """
    for each in _chain(error):
        for text, word in _BY_TEXT.items():
            if text in str(each):
                return word
        for kind, word in _BY_CLASS:
            if isinstance(each, kind):
                return word
    return FAILING


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the innermost cause first: it is more specific than what wraps it."""
    cause = error.__cause__ or error.__context__
    if cause is not None:
        yield from _chain(cause)
    yield error
