"""
What the request form costs with the catalog of a large cloud project and a small one.

`python -m tests.bench.large_form [SUBNETS]`; DATABASE_URL may name a PostgreSQL, and
BENCH_ROUNDS how often each is read, if not 15 times.
"""

import sys

from tests.bench.database import run_in_fresh_database

SUBNETS = 2_000

if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:]] or [SUBNETS]
    run_in_fresh_database("tests.bench.form_sizes", *numbers)
