"""The ticks that a worker on SQLite handles, as its heartbeat shows."""

import sqlite3
from contextlib import closing

from tests.services.stack import Stack, wait_for


def wait_for_a_tick(stack: Stack) -> None:
    """Wait until the worker takes one that was sent after this: the second from now."""
    for _ in range(2):
        before = _sign_of_life(stack)
        wait_for(lambda before=before: _sign_of_life(stack) > before)


def _sign_of_life(stack: Stack) -> str:
    """Return when the worker last took a tick; empty where it never did."""
    assert stack.processes["worker"].poll() is None, stack.log("worker")[-2000:]
    query = "SELECT MAX(seen_at) FROM clusters_heartbeat WHERE kind = 'worker'"
    with closing(sqlite3.connect(stack.folder / "portal.sqlite3")) as database:
        return database.execute(query).fetchone()[0] or ""
