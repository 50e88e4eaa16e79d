"""
In which order, and in which pieces, the tests are given to the processes of pytest-xdist.

A process gets a whole file at a time, because tests of one file share what their fixtures
have started. A file that takes long and begins last would keep one process busy while
the others have nothing left to do, so the slow files come first.
"""

import os
from typing import TYPE_CHECKING, Final

from xdist.scheduler.loadscope import LoadScopeScheduling

if TYPE_CHECKING:
    import pytest

SLOW: Final = (
    "tests/browser/test_story.py",
    "tests/browser/test_signed_out.py",
    "tests/browser/test_half_typed.py",
    "tests/browser/test_pages.py",
    "tests/services/test_story.py",
    "tests/services/test_operated_queues.py",
    "tests/services/test_slow_neighbour.py",
    "tests/services/test_run.py",
    "tests/services/test_restore.py",
    "tests/services/test_half_working_redis.py",
    "tests/services/test_stopping.py",
    "tests/services/test_races.py",
    "tests/services/test_cluster_migration.py",
    "tests/services/test_drill.py",
    "tests/services/test_layout.py",
    "tests/services/test_read_only.py",
    "tests/services/test_run_keeps_to_itself.py",
    "tests/services/test_flows_on_postgres.py",
    "tests/flows/bad_requests/test_sample.py",
    "tests/conformance/test_sdk.py",
    "tests/services/test_mail.py",
    "tests/services/test_full_disk.py",
    "tests/flows/provision/test_state_machine.py",
    "tests/services/test_sign_in_races.py",
    "tests/browser/test_send_again.py",
    "tests/services/test_double_submit.py",
    "tests/services/migration/test_every_state.py",
    "tests/services/test_old_worker.py",
    "tests/services/web/test_slow_clients.py",
    "tests/services/web/test_limits.py",
)
"""The files that take longest, the longest first; `--durations=50` tells them."""

SPLIT: Final = frozenset(
    {
        "tests/services/test_drill.py",
        "tests/services/test_half_working_redis.py",
        "tests/services/test_mail.py",
        "tests/services/test_operated_queues.py",
        "tests/services/test_read_only.py",
        "tests/services/test_restore.py",
        "tests/services/test_run.py",
        "tests/services/test_run_keeps_to_itself.py",
    }
)
"""Slow files whose tests share nothing, so that each test may go to another process."""

TOGETHER: Final = SLOW[:4]
"""Files that share a running portal and a browser: one process gets all of them."""

_MOST_PROCESSES: Final = 6


class SlowFirst(LoadScopeScheduling):
    """Gives out files, or single tests of those that are split, in the order of `items`."""

    def _split_scope(self, nodeid: str) -> str:
        """Return the name of the piece that this test belongs to."""
        file = file_of(nodeid)
        if file in TOGETHER:
            return TOGETHER[0]
        return nodeid if file in SPLIT else file


def file_of(nodeid: str) -> str:
    """Return the path of a test's file, from the root of the checkout."""
    return nodeid.partition("::")[0]


def slow_first(items: "list[pytest.Item]") -> None:
    """Sort the tests in place; those of other files keep their order."""
    places = {file: place for place, file in enumerate(SLOW)}
    items.sort(key=lambda item: places.get(file_of(item.nodeid), len(places)))


def processes() -> int:
    """Return how many processes to use: one more than processors, as some tests wait."""
    return min((os.cpu_count() or 1) + 1, _MOST_PROCESSES)
