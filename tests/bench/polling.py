"""
How often one tick of the poll asks the cloud: lists and details, by the cluster count.

`python -m tests.bench.polling`; DATABASE_URL may name a PostgreSQL.
"""

from tests.bench.database import run_in_fresh_database

if __name__ == "__main__":
    run_in_fresh_database("tests.bench.following")
