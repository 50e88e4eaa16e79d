"""
The process of one case: a fork server, and the case as its first child.

Its environment names database, broker and cache. On standard output it writes JSON, an
object a line: `{"at": seconds, "line": text}` for what happens, last `{"result": …}`.
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
    """Run the case of this setting (JSON)."""
    django.setup()
    # Imported only now because they need Django, and before any fork, so that each is
    # loaded once.
    case_module = importlib.import_module("tests.drill.run_case")
    fork_server = importlib.import_module("tests.drill.fork_server")
    fork_server.die_with_parent()
    run_checks()  # every worker does this; it loads the URLs and the views
    gc.freeze()
    began = time.monotonic()

    def log(line: str) -> None:
        _print(at=round(time.monotonic() - began, 1), line=line)

    def run(forks: Connection) -> None:
        try:
            _print(result=case_module.run_case(text, forks, log))
        except Exception:
            log(traceback.format_exc())
            raise

    fork_server.run_with_fork_server(run)


def _print(**values: Any) -> None:
    sys.stdout.write(f"{json.dumps(values)}\n")
    sys.stdout.flush()
