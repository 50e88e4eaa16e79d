"""
What a worker reads of a cache that somebody else wrote to, in a process of its own.

`run(flag)` stores values under the key of a cloud project's token, asks for that token as
a worker does, and prints what happened as JSON. `flag` is the file that a pickle makes.
"""

import base64
import json
import pickle
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from clusters import wiring
from clusters.cloud.types import Token
from tests.factories import cloud_project
from tests.services.racing import at_once

LATER = datetime(9000, 1, 1, tzinfo=UTC)


class Bomb:
    """Creates a file when it is unpickled."""

    def __init__(self, flag: Path) -> None:
        self.flag = flag

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.flag,))


def store_raw(key: str, value: bytes) -> None:
    """Write a value to the storage of the cache backend, without the backend."""
    if hasattr(cache, "_cache"):
        cache._cache.get_client(key, write=True).set(cache.make_key(key), value)
        return
    cache.set(key, "a row", timeout=600)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_cache SET value = %s WHERE cache_key = %s",
            [base64.b64encode(value).decode(), cache.make_key(key)],
        )


def token(value: str) -> Token:
    return Token(
        value=value,
        issued_at=LATER - timedelta(days=1),
        expires_at=LATER,
        project_id="p1",
    )


def poisoned(flag: Path) -> dict[str, Any]:
    """Ask for a token whose cache key holds a pickle that runs code."""
    project = cloud_project()
    store = wiring.token_store(project)
    name = f"token:{project.pk}:{project.credentials_version}"
    store_raw(name, pickle.dumps(Bomb(flag)))
    logins: list[int] = []

    def sign_in() -> Token:
        logins.append(1)
        return token("fresh")

    read = _outcome(store.current)
    renewed = _outcome(lambda: store.renew(sign_in, stale=None).value)
    again = _outcome(lambda: getattr(store.current(), "value", None))
    return {
        "ran": flag.exists(),
        "read": read,
        "renewed": renewed,
        "again": again,
        "logins": len(logins),
    }


def locks() -> dict[str, Any]:
    """Let 12 threads take one expired lock and count one number."""
    cache.set("lock", "old", timeout=-1)
    cache.set("count", 0, timeout=60)
    taken = at_once(
        *[
            partial(cache.add, "lock", f"of {number}", timeout=60)
            for number in range(12)
        ]
    )
    at_once(*[partial(cache.incr, "count")] * 12)
    return {"taken": sum(taken), "count": cache.get("count")}


def usual() -> dict[str, Any]:
    """Set, get, touch, add and delete, also values that are missing, expired or no JSON."""
    cache.set("text", "\x00 \ud800 明", timeout=None)
    cache.set("nothing", None)
    cache.set("late", 1, timeout=-1)
    cache.set_many({"a": 1, "b": [True, {"c": 1.5}]})
    store_raw("junk", b"\x80no JSON")
    return {
        "text": cache.get("text") == "\x00 \ud800 明",
        "nothing": cache.get("nothing", "default"),
        "late": cache.get("late", "default"),
        "junk": cache.get("junk", "default"),
        "many": cache.get_many(["a", "b", "junk", "late", "none"]),
        "touched": [cache.touch("a", 60), cache.touch("late", 60)],
        "added": [cache.add("a", 2), cache.add("new", 2)],
        "deleted": [cache.delete("a"), cache.delete("a")],
        "refused": _outcome(lambda: cache.set("object", object())),
        "not a number": _outcome(lambda: cache.incr("text")),
    }


def run(flag: str) -> None:
    """Print what happened."""
    call_command("migrate", verbosity=0)
    parts = {"poisoned": lambda: poisoned(Path(flag)), "locks": locks, "usual": usual}
    results = {name: _outcome(part) for name, part in parts.items()}
    sys.stdout.write(json.dumps(results))


def _outcome(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - the test reads which one it was
        return type(error).__name__
