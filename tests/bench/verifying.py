"""
How long verify_audit takes, and how much memory.

`python -m tests.bench.verifying [EVENTS]`, 200,000 by default; DATABASE_URL may name a
PostgreSQL. The issue that wanted it asks for 5,000,000 events: about 6 GB and an hour.
"""

import sys

from tests.bench.database import run_in_fresh_database

EVENTS = 200_000

if __name__ == "__main__":
    count = int(sys.argv[1]) if sys.argv[1:] else EVENTS
    run_in_fresh_database("tests.bench.verified", count)
