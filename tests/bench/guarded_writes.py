"""
What the triggers of the history cost a write.

`python -m tests.bench.guarded_writes [BLOCKS]`; DATABASE_URL may name a PostgreSQL. The
triggers are dropped and made anew between blocks of writes, in turn.
"""

import sys

from tests.bench.database import run_in_fresh_database

BLOCKS = 40

if __name__ == "__main__":
    blocks = int(sys.argv[1]) if sys.argv[1:] else BLOCKS
    run_in_fresh_database("tests.bench.guarding", blocks)
