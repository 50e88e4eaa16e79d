"""Case 55: somebody writes a pickle over the token in the shared cache."""

import base64
import pickle
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from tests.drill.fault_case import Expected, fault_case
from tests.drill.fault_cases.kills import ONCE
from tests.drill.testbed import DrillTestbed


class _FileMaker:
    """Creates a file in any process that unpickles it."""

    def __init__(self, flag: Path) -> None:
        self._flag = flag

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self._flag,))


@fault_case(55, "a pickle in the shared cache, where the token was")
def pickled_token(testbed: DrillTestbed) -> Expected:
    flag = testbed.folder / "code-ran"
    testbed.start_worker("w1")
    testbed.start_beat()
    testbed.wait_for_state(testbed.approved_request("first"), "active")
    project = testbed.fresh_project()
    logins = len(testbed.cloud.journal()["logins"])
    _write(f"token:{project.pk}:{project.credentials_version}", _FileMaker(flag))
    testbed.mark_fault("the token is a pickle that runs code")
    request = testbed.approved_request("second")
    testbed.wait_for_state(request, "active")
    testbed.check(not flag.exists(), "no worker ran what the pickle holds")
    testbed.check(
        len(testbed.cloud.journal()["logins"]) == logins + 1, "it signed in once more"
    )
    return Expected(request=request, path=ONCE, end="active")


def _write(key: str, thing: object) -> None:
    """Write a pickle in the form that Django's cache backends read."""
    value = pickle.dumps(thing)
    if connection.vendor == "sqlite" or not hasattr(cache, "_cache"):
        _write_row(cache.make_key(key), base64.b64encode(value).decode())
    else:
        client: Any = cache
        client._cache.get_client(key, write=True).set(cache.make_key(key), value)


def _write_row(key: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM portal_cache WHERE cache_key = %s", [key])
        cursor.execute(
            "INSERT INTO portal_cache (cache_key, value, expires) VALUES (%s, %s, %s)",
            [key, value, timezone.now().replace(year=9000)],
        )
