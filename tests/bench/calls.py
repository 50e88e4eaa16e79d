"""
What one call to the cloud costs our client: processor time and new connections.

`python -m tests.bench.calls`; the other side is a bare session of requests that sends
the same GET and reads the JSON. DATABASE_URL may name a PostgreSQL.
"""

from tests.bench.database import run_in_fresh_database

if __name__ == "__main__":
    run_in_fresh_database("tests.bench.calling")
