"""Row 55: somebody who can write to the shared cache puts a pickle where the token is."""

import base64
import pickle
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from tests.drill.fault_case import Expected, row
from tests.drill.fault_cases.kills import ONCE
from tests.drill.testbed import Stage


class _Bomb:
    """Makes a file in whichever process unpickles it."""

    def __init__(self, flag: Path) -> None:
        self._flag = flag

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self._flag,))


@row(55, "a pickle in the shared cache, where the token was")
def pickled_token(stage: Stage) -> Expected:
    flag = stage.folder / "code-ran"
    stage.worker("w1")
    stage.beat()
    stage.until_state(stage.approved("first"), "active")
    project = stage.fresh_project()
    logins = len(stage.cloud.journal()["logins"])
    _plant(f"token:{project.pk}:{project.credentials_version}", _Bomb(flag))
    stage.trigger("the token is a pickle that runs code")
    request = stage.approved("second")
    stage.until_state(request, "active")
    stage.must(not flag.exists(), "no worker ran what the pickle holds")
    stage.must(
        len(stage.cloud.journal()["logins"]) == logins + 1, "it signed in once more"
    )
    return Expected(request=request, path=ONCE, end="active")


def _plant(key: str, thing: object) -> None:
    """Write it in the form that Django's own backends would read."""
    value = pickle.dumps(thing)
    if connection.vendor == "sqlite" or not hasattr(cache, "_cache"):
        _plant_row(cache.make_key(key), base64.b64encode(value).decode())
    else:
        client: Any = cache
        client._cache.get_client(key, write=True).set(cache.make_key(key), value)


def _plant_row(key: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM portal_cache WHERE cache_key = %s", [key])
        cursor.execute(
            "INSERT INTO portal_cache (cache_key, value, expires) VALUES (%s, %s, %s)",
            [key, value, timezone.now().replace(year=9000)],
        )
