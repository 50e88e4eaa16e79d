"""
Send COUNT (500) bad requests to each page on both databases, and print a table.

`python -m tests.flows.bad_requests.all [COUNT [PAGE]]`, PAGE being a part of a route. The
variable BAD_REQUESTS_SEED gives other ones. Ends with 1 if there was any fault.
"""

import os
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from typing import Any

from tests.bench.table import head, print_line, row
from tests.flows.bad_requests.databases import DATABASES, new_database, run


def main(count: int, only: str = "") -> int:
    """Print the table and then each fault; return how many there were."""
    seed = os.environ.get("BAD_REQUESTS_SEED", "1")
    head("page", "database", "inputs", "statuses", "worst", "faults")
    with ThreadPoolExecutor(len(DATABASES)) as pool:
        each = pool.map(partial(_run, count=count, seed=seed, only=only), DATABASES)
        faults = list(chain.from_iterable(each))
    print_line()
    for fault in faults:
        print_line(fault)
    print_line(f"{len(faults)} faults; seed {seed}")
    return len(faults)


def _run(kind: str, *, count: int, seed: str, only: str) -> list[str]:
    faults: list[str] = []
    with new_database(kind) as url:
        for found in run(url, count, seed=seed, only=only):
            faults += [f"{kind} {found['page']}: {text}" for text in found["faults"]]
            _print_row(kind, found)
    return faults


def _print_row(kind: str, found: dict[str, Any]) -> None:
    statuses = Counter(found["statuses"])
    counted = ", ".join(f"{status}: {statuses[status]}" for status in sorted(statuses))
    page = f"`{found['page']}`"
    worst, inputs = max(statuses, default=""), sum(statuses.values())
    row(page, kind, inputs, counted, worst, len(found["faults"]))


if __name__ == "__main__":
    asked = sys.argv[1:]
    sys.exit(min(1, main(int(asked[0]) if asked else 500, *asked[1:2])))
