"""
What reading a catalog takes: calls, the longest answer, memory, time.

`python -m tests.bench.catalog [SUBNETS ...]`; DATABASE_URL may name a PostgreSQL.
"""

import sys

from tests.bench.database import run_in_fresh_database

SIZES = (10, 1_000, 10_000)

if __name__ == "__main__":
    sizes = [int(each) for each in sys.argv[1:]] or SIZES
    run_in_fresh_database("tests.bench.refreshing", *sizes)
