"""
What the page of a request with 20,000 events costs beside one with 50.

`python -m tests.bench.long_history [FEW MANY]`; DATABASE_URL may name a PostgreSQL.
"""

import sys

from tests.bench.database import run_in_fresh_database

FEW, MANY = 50, 20_000

if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:]] or [FEW, MANY]
    run_in_fresh_database("tests.bench.long_reading", *numbers)
