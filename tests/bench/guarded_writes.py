"""
What the triggers of the history cost a write.

`python -m tests.bench.guarded_writes [PAIRS]`; DATABASE_URL may name a PostgreSQL. The
triggers are dropped and made anew between blocks of writes, which are compared in pairs.
"""

import sys

from tests.bench.database import run_in_fresh_database

PAIRS = 40

if __name__ == "__main__":
    pairs = int(sys.argv[1]) if sys.argv[1:] else PAIRS
    run_in_fresh_database("tests.bench.guarding", pairs)
