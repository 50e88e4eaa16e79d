"""Nothing that somebody writes to the shared cache is executed by a worker."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.services.apart import run_apart
from tests.services.migrated import MigratedDatabases

pytestmark = pytest.mark.services

RUN = "from tests.services import shared_cache as c; "
DJANGOS = {
    "dbcache": "django.core.cache.backends.db.DatabaseCache",
    "rediscache": "django.core.cache.backends.redis.RedisCache",
}
"""The backends that read pickles."""


@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=pytest.mark.nightly),
        pytest.param("postgres", marks=pytest.mark.nightly),
        "redis",
    ]
)
def urls(
    request: pytest.FixtureRequest, tmp_path: Path, migrated: MigratedDatabases
) -> dict[str, str]:
    """The variables of a portal whose cache is of this kind."""
    database = f"sqlite:///{tmp_path}/portal.sqlite3"
    cache = "dbcache://portal_cache"
    if request.param == "postgres":
        database = request.getfixturevalue("postgres_url")
    if request.param == "redis":
        name = request.getfixturevalue("queue_name")
        url = request.getfixturevalue("redis_url").replace("redis", "rediscache", 1)
        cache = f"{url}?key_prefix={name}"
    migrated.copy(database)
    return {"DATABASE_URL": database, "CACHE_URL": cache}


def read_in_a_process(urls: dict[str, str], flag: Path, *, with_djangos: bool) -> Any:
    """Return what `shared_cache.run` printed."""
    change = ""
    if with_djangos:
        backend = DJANGOS[urls["CACHE_URL"].partition(":")[0]]
        change = (
            "from django.conf import settings; "
            f"settings.CACHES['default']['BACKEND'] = {backend!r}; "
        )
    done = run_apart(f"{change}{RUN}c.run({str(flag)!r})", **urls)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class TestSharedCache:
    def test_runs_no_pickle_and_signs_in_again(
        self, urls: dict[str, str], tmp_path: Path
    ) -> None:
        flag = tmp_path / "ran"
        found = read_in_a_process(urls, flag, with_djangos=False)
        assert found["poisoned"] == {
            "ran": False,
            "read": None,
            "renewed": "fresh",
            "again": "fresh",
            "logins": 1,
        }
        assert not flag.exists()
        assert found["locks"] == {"taken": 1, "count": 12}
        assert found["usual"] == {
            "text": True,
            "nothing": None,
            "late": "default",
            "junk": "default",
            "many": {"a": 1, "b": [True, {"c": 1.5}]},
            "touched": [True, False],
            "added": [False, True],
            "deleted": [True, False],
            "refused": "TypeError",
            "not a number": found["usual"]["not a number"],
        }
        assert found["usual"]["not a number"] in ("ValueError", "ResponseError")

    def test_would_run_it_with_the_backends_of_django(
        self, urls: dict[str, str], tmp_path: Path
    ) -> None:
        flag = tmp_path / "ran"
        found = read_in_a_process(urls, flag, with_djangos=True)
        assert found["poisoned"]["ran"] is True, "the pickle of this test is harmless"
