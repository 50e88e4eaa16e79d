"""
How many logins four processes of eight threads make, and how long the last one waits.

`python -m tests.bench.logins`; the tokens are in the database's cache, then in Redis at
BENCH_REDIS_URL or 127.0.0.1. DATABASE_URL may name a PostgreSQL.
"""

import os
import subprocess
import sys
import uuid
from typing import Final

from tests.bench.database import own_database
from tests.bench.table import print_line

REDIS: Final = "redis://127.0.0.1:6379/0"


def main() -> None:
    """Settings are read once for each process, so each cache gets one of its own."""
    redis = os.environ.get("BENCH_REDIS_URL", REDIS)
    for title, cache_url in (("", "dbcache://portal_cache"), ("Redis", redis)):
        with own_database() as (database_url, words):
            print_line(f"\nTokens in {title or words}\n")
            _run(database_url, cache_url)


def _run(database_url: str, cache_url: str) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "tests.bench.shared_cache",
        "BENCH_CACHE_URL": cache_url,
        "BENCH_CACHE_PREFIX": f"bench-{uuid.uuid4().hex}",
    }
    module = "tests.bench.sign_in_load"
    subprocess.run([sys.executable, "-m", module], env=environment, check=True)


if __name__ == "__main__":
    main()
