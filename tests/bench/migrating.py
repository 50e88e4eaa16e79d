"""
How long the migration takes that parts requests and clusters, at 200,000 requests.

`python -m tests.bench.migrating [REQUESTS]`; DATABASE_URL may name a PostgreSQL.
"""

import importlib
import os
import sys

import django

from tests.bench.database import own_database

REQUESTS = 200_000

if __name__ == "__main__":
    with own_database() as (own_url, words):
        os.environ["DATABASE_URL"] = own_url
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
        django.setup()
        count = int(sys.argv[1]) if sys.argv[1:] else REQUESTS
        importlib.import_module("tests.bench.moving").run(words, count)
