"""How many threads one cloud project may hold."""

import pytest

from clusters.tasks.bulkhead import Bulkhead, WorkKind

SLOW, OTHER = 1, 2


def acquired(
    bulkhead: Bulkhead, project: int, work: WorkKind, *, times: int = 100
) -> int:
    """Return how many threads get a slot."""
    return sum(bulkhead.acquire(project, work) for _ in range(times))


class TestBulkhead:
    @pytest.mark.parametrize(
        ("threads", "creates"), [(1, 1), (2, 1), (3, 1), (8, 4), (32, 16)]
    )
    def test_leaves_half_of_the_threads_to_others(
        self, threads: int, creates: int
    ) -> None:
        bulkhead = Bulkhead(threads)
        assert acquired(bulkhead, SLOW, WorkKind.CREATE) == creates
        assert not any(bulkhead.acquire(SLOW, work) for work in WorkKind)
        assert acquired(bulkhead, OTHER, WorkKind.CREATE) == creates

    @pytest.mark.parametrize(
        ("work", "most"),
        [(WorkKind.SCAN, 1), (WorkKind.CATALOG, 1), (WorkKind.DELETE, 4)],
    )
    def test_has_fewer_slots_for_what_is_not_urgent(
        self, work: WorkKind, most: int
    ) -> None:
        bulkhead = Bulkhead(32)
        assert acquired(bulkhead, SLOW, work) == most
        assert bulkhead.acquire(SLOW, WorkKind.CREATE)

    def test_frees_a_slot_for_the_next(self) -> None:
        bulkhead = Bulkhead(32)
        assert bulkhead.acquire(SLOW, WorkKind.SCAN)
        bulkhead.release(SLOW, WorkKind.SCAN)
        assert bulkhead.acquire(SLOW, WorkKind.SCAN)

    def test_reports_once_what_was_rejected(self) -> None:
        bulkhead = Bulkhead(2)
        bulkhead.acquire(SLOW, WorkKind.CATALOG)
        bulkhead.acquire(SLOW, WorkKind.CREATE)
        bulkhead.acquire(OTHER, WorkKind.CATALOG)
        bulkhead.acquire(OTHER, WorkKind.SCAN)
        assert bulkhead.release(SLOW, WorkKind.CATALOG) == {WorkKind.CREATE}
        bulkhead.acquire(SLOW, WorkKind.CATALOG)
        assert bulkhead.release(SLOW, WorkKind.CATALOG) == frozenset()
