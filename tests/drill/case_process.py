"""
The process of one row: the nursery, and beside it whoever plays the row.

Its environment says where everything is. It prints what happens, line by line as JSON,
and last the verdict.
"""

import gc
import importlib
import json
import sys
import time
import traceback
from multiprocessing.connection import Connection
from typing import Any

import django
from django.core.checks import run_checks


def main(text: str) -> None:
    """Play the row that this JSON describes."""
    django.setup()
    # Now that Django is ready; and before anything is forked, so that it is read once.
    playing = importlib.import_module("tests.drill.run_case")
    nursery = importlib.import_module("tests.drill.fork_server")
    nursery.die_with_parent()
    run_checks()  # every worker does; it loads the addresses and the pages
    gc.freeze()
    began = time.monotonic()

    def say(line: str) -> None:
        _print(at=round(time.monotonic() - began, 1), line=line)

    def play(orders: Connection) -> None:
        try:
            _print(verdict=playing.play(text, orders, say))
        except Exception:
            say(traceback.format_exc())
            raise

    nursery.run_beside(play)


def _print(**what: Any) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()
