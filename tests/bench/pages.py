"""
What pages and steps of the engine cost among 1,000 and among 100,000 requests.

`python -m tests.bench.pages [FEW MANY]`; DATABASE_URL may name a PostgreSQL, and
BENCH_ROUNDS how often a page is read, if not 15 times.
"""

import sys

from tests.bench.database import run_in_fresh_database

FEW, MANY = 1_000, 100_000

if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:]] or [FEW, MANY]
    run_in_fresh_database("tests.bench.comparing", *numbers)
